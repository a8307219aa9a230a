import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageContent, Recipient } from '#channels/provider.ts';
import { interactiveTypes } from '#channels/providers/cloud-api/content/interactive/interactive.ts';
import { templateDefinitions } from '#channels/providers/cloud-api/content/template/template-definitions.fixture.ts';
import { buildSend } from '#channels/providers/cloud-api/sending/requests.ts';
import { anyContent, contentArbitraries } from './arbitrary-content.fixture.ts';
import { checkContent, contentTypes } from './content.ts';
import { outsideLimits } from './outside-limits.fixture.ts';
import { contentSamples } from './samples.fixture.ts';

const phone: Recipient = { kind: 'phone', value: '+15550001111' };
const occasion = {
  sendAt: Temporal.Instant.from('2026-11-26T12:00:00Z'),
  lane: 'service',
  marketingMessages: false,
} as const;
const settings = {
  baseUrl: 'https://graph.facebook.com',
  apiVersion: 'v26.0',
  businessAccountId: '102',
  options: {},
  webhookUrl: null,
};
const secrets = { accessToken: 'token', appSecrets: [], verifyToken: 'verify' };
const kinds = contentArbitraries();

function sentBody(content: MessageContent): Record<string, unknown> {
  const message = { recipient: phone, content, callbackData: 'a1:x', lane: 'service', expiresAt: null } as const;
  return JSON.parse(buildSend(message, { externalId: '106' }, settings, secrets).body) as Record<string, unknown>;
}

describe('every kind of content', () => {
  it.each(Object.entries(kinds))('%s: what is within its limits passes and is sent whole', (_name, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (content) => {
        expect(checkContent(content, phone, occasion)).toMatchObject({
          ok: true,
          needsWindow: content.type !== 'template',
        });
        const sent = sentBody(content);
        expect(sent['type']).toBe(content.type);
        expect(sent[content.type]).toEqual(content[content.type]);
      }),
      { numRuns: 50 },
    );
  });

  it('that can be sent is generated and has a sample', () => {
    const typeOf = (content: MessageContent) =>
      content.type === 'interactive' ? (content['interactive'] as { type: string }).type : content.type;
    const wanted = [...contentTypes.filter((type) => type !== 'interactive'), ...interactiveTypes].toSorted();
    const generated = Object.values(kinds).map((arbitrary) => typeOf(fc.sample(arbitrary, 1)[0] as MessageContent));
    expect([...new Set(generated)].toSorted()).toEqual(wanted);
    expect([...new Set(contentSamples.map(typeOf))].toSorted()).toEqual(wanted);
  });

  it('with a field that is not known is refused, with its place', () => {
    fc.assert(
      fc.property(anyContent(), fc.nat(), (content, choice) => {
        const copy = JSON.parse(JSON.stringify(content)) as MessageContent;
        const objects = objectsIn(copy, '').filter(({ pointer }) => !isFree(pointer));
        const chosen = objects[choice % objects.length];
        if (!chosen) throw new Error('A content is an object itself.');
        chosen.object['misspelt_field'] = 'x';
        const verdict = checkContent(copy, phone, occasion);
        expect(verdict.ok ? [] : verdict.problems.map(({ pointer }) => pointer)).toContain(
          `${chosen.pointer}/misspelt_field`,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('has no text without a limit, and no place where something else may stand', () => {
    fc.assert(
      fc.property(anyContent(), fc.nat(), (content, choice) => {
        const leaves = objectsIn(content, '').flatMap(({ pointer, object }) =>
          isFree(pointer)
            ? []
            : Object.entries(object)
                .filter(([, value]) => typeof value !== 'object')
                .map(([name, value]) => ({ parent: pointer, name, value })),
        );
        const leaf = leaves[choice % leaves.length];
        if (!leaf) throw new Error('Every content has a type.');
        for (const wrong of typeof leaf.value === 'string' ? ['x'.repeat(40_000), {}, null] : ['x', {}, null]) {
          const copy = JSON.parse(JSON.stringify(content)) as MessageContent;
          const parent = objectsIn(copy, '').find(({ pointer }) => pointer === leaf.parent);
          if (parent) parent.object[leaf.name] = wrong;
          const verdict = checkContent(copy, phone, occasion);
          const places = verdict.ok ? [] : verdict.problems.map(({ pointer }) => pointer);
          expect(places, JSON.stringify(wrong).slice(0, 10)).toContain(`${leaf.parent}/${leaf.name}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('that can be sent is described in the docs', () => {
    const text = readFileSync(new URL('../../../../../docs/content.md', import.meta.url), 'utf8');
    const described = new Set([...text.matchAll(/`([a-z_]+)`/g)].map(([, word]) => word));
    expect([...contentTypes, ...interactiveTypes].filter((type) => !described.has(type))).toEqual([]);
  });

  it('that a template is needed for has its definition', () => {
    const names = templateDefinitions.map(({ name }) => name).toSorted();
    const generated = Object.keys(kinds).filter((name) => name.startsWith('any_'));
    expect(generated.toSorted()).toEqual(names);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('one step outside a limit', () => {
  it.each(outsideLimits.map((step) => [step.name, step] as const))('%s is refused there', (_name, step) => {
    const verdict = checkContent(step.content, phone, occasion);
    expect(verdict.ok ? [] : verdict.problems.map(({ pointer }) => pointer)).toEqual([step.pointer]);
    if (!verdict.ok) for (const problem of verdict.problems) expect(problem.code).toBe('invalid');
  });

  it('says the limit in numbers, in characters and in entries', () => {
    const said = (name: string): string => {
      const step = outsideLimits.find((one) => one.name === name);
      const verdict = step && checkContent(step.content, phone, occasion);
      return verdict && !verdict.ok ? (verdict.problems[0]?.message ?? '') : '';
    };
    expect(said('a text of 4,097 emoji')).toBe('It has 4097 characters; at most 4096 are allowed.');
    expect(said('258 contact cards')).toBe('It has 258 entries; 1 to 257 are allowed.');
    expect(said('a call of 43,201 minutes')).toBe('It must be a whole number from 1 to 43200.');
    expect(said('a total that is one too high')).toBe(
      'It is 20501, and must be subtotal + tax + shipping - discount, which is 20500.',
    );
  });
});

// What a flow is started with, and notes to a gateway, are the business's own: any field may stand there.
function isFree(pointer: string): boolean {
  return /\/(?:flow_action_payload\/data|flow_action_data|notes)(?:\/|$)/.test(pointer);
}

function objectsIn(value: unknown, pointer: string): { pointer: string; object: Record<string, unknown> }[] {
  if (Array.isArray(value)) return value.flatMap((entry, index) => objectsIn(entry, `${pointer}/${index}`));
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Record<string, unknown>;
  return [
    { pointer, object },
    ...Object.entries(object).flatMap(([name, inner]) => objectsIn(inner, `${pointer}/${name}`)),
  ];
}
