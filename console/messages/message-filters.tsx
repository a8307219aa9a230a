import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useState, type RefObject } from 'react';
import { hasFilters, type Filters } from './filters.ts';
import { contentTypes, purposes, statusNames, statusWords } from './message.ts';

interface MessageFiltersProps {
  filters: Filters;
  onChange: (filters: Filters) => void;
  contactField: RefObject<HTMLInputElement | null>;
}

/** What is listed. Browsers' own lists, because they work with every keyboard, screen reader and thumb. */
export function MessageFilters({ filters, onChange, contactField }: MessageFiltersProps) {
  const set = (name: keyof Filters, value: string) => {
    const { [name]: _, ...others } = filters;
    onChange(value === '' ? others : { ...others, [name]: value });
  };
  return (
    <Group className="c-filters" gap="xs" component="search" aria-label="Filters">
      <ContactFilter
        key={filters.contact ?? ''}
        value={filters.contact ?? ''}
        field={contactField}
        onChange={(value) => set('contact', value)}
      />
      <NativeSelect
        aria-label="Direction"
        size="xs"
        value={filters.direction ?? ''}
        onChange={(event) => set('direction', event.currentTarget.value)}
        data={[
          { value: '', label: 'Both directions' },
          { value: 'outbound', label: 'Outbound' },
          { value: 'inbound', label: 'Inbound' },
        ]}
      />
      <NativeSelect
        aria-label="Status"
        size="xs"
        value={filters.status ?? ''}
        onChange={(event) => set('status', event.currentTarget.value)}
        data={[
          { value: '', label: 'Any status' },
          ...statusNames.map((value) => ({ value, label: statusWords(value).label })),
        ]}
      />
      <NativeSelect
        aria-label="Purpose"
        size="xs"
        value={filters.purpose ?? ''}
        onChange={(event) => set('purpose', event.currentTarget.value)}
        data={[{ value: '', label: 'Any purpose' }, ...purposes]}
      />
      <NativeSelect
        aria-label="Type"
        size="xs"
        value={filters.type ?? ''}
        onChange={(event) => set('type', event.currentTarget.value)}
        data={[{ value: '', label: 'Any type' }, ...contentTypes]}
      />
      {hasFilters(filters) && (
        <Button size="xs" variant="subtle" color="gray" onClick={() => onChange({})}>
          Clear
        </Button>
      )}
    </Group>
  );
}

function ContactFilter({
  value,
  field,
  onChange,
}: {
  value: string;
  field: RefObject<HTMLInputElement | null>;
  onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    // The list follows the writing, not every letter.
    const timer = window.setTimeout(() => onChange(text.trim()), 400);
    return () => window.clearTimeout(timer);
  });
  return (
    <TextInput
      ref={field}
      aria-label="Contact"
      placeholder="Number or contact id"
      size="xs"
      type="search"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onChange(text.trim());
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}
