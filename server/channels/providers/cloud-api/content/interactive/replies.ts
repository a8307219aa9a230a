import {
  checkText,
  checkUnique,
  fieldsAt,
  listAt,
  type Problems,
  refuse,
} from '#channels/providers/content-checks/checks.ts';

/** The places that a button's id and title are looked up in: each must be the only one of its kind. */
export interface Seen {
  ids: Set<unknown>;
  /** Absent: titles may repeat, as those of different cards do. */
  titles?: Set<unknown>;
}

/** Up to three reply buttons. */
export function checkButtons(problems: Problems, pointer: string, value: unknown): void {
  const action = fieldsAt(problems, pointer, value, ['buttons']);
  const seen = { ids: new Set<unknown>(), titles: new Set<unknown>() };
  const buttons = action && listAt(problems, `${pointer}/buttons`, action['buttons'], 1, 3);
  buttons?.forEach((button, index) => checkButton(problems, `${pointer}/buttons/${index}`, button, 'reply', seen));
}

/** A button that answers with its id; `kind` names its type and the object that holds id and title. */
export function checkButton(problems: Problems, pointer: string, value: unknown, kind: string, seen: Seen): void {
  const button = fieldsAt(problems, pointer, value, ['type', kind]);
  if (!button) return;
  if (button['type'] !== kind) refuse(problems, `${pointer}/type`, `It must be "${kind}".`);
  const reply = fieldsAt(problems, `${pointer}/${kind}`, button[kind], ['id', 'title']);
  if (!reply) return;
  if (checkText(problems, `${pointer}/${kind}/id`, reply['id'], { max: 256 })) {
    if (reply['id'] !== reply['id'].trim()) {
      refuse(problems, `${pointer}/${kind}/id`, 'It must not begin or end with a space.');
    }
    checkUnique(problems, `${pointer}/${kind}/id`, reply['id'], seen.ids, 'button');
  }
  if (checkText(problems, `${pointer}/${kind}/title`, reply['title'], { max: 20, singleLine: true }) && seen.titles) {
    checkUnique(problems, `${pointer}/${kind}/title`, reply['title'], seen.titles, 'button');
  }
}

/** A list of up to ten rows in up to ten sections. */
export function checkList(problems: Problems, pointer: string, value: unknown): void {
  const action = fieldsAt(problems, pointer, value, ['button', 'sections']);
  if (!action) return;
  checkText(problems, `${pointer}/button`, action['button'], { max: 20, singleLine: true });
  const ids = new Set<unknown>();
  checkSections(problems, `${pointer}/sections`, action['sections'], { entries: 'rows', max: 10 }, (here, row) =>
    checkRow(problems, here, row, ids),
  );
}

function checkRow(problems: Problems, pointer: string, value: unknown, ids: Set<unknown>): void {
  const row = fieldsAt(problems, pointer, value, ['id', 'title', 'description']);
  if (!row) return;
  if (checkText(problems, `${pointer}/id`, row['id'], { max: 200 })) {
    checkUnique(problems, `${pointer}/id`, row['id'], ids, 'row');
  }
  checkText(problems, `${pointer}/title`, row['title'], { max: 24, singleLine: true });
  checkText(problems, `${pointer}/description`, row['description'], { max: 72, optional: true });
}

/** Up to ten sections, whose `entries` are at most `max` in all. */
export function checkSections(
  problems: Problems,
  pointer: string,
  value: unknown,
  { entries, max }: { entries: string; max: number },
  checkEntry: (pointer: string, entry: unknown) => void,
): void {
  const sections = listAt(problems, pointer, value, 1, 10);
  let count = 0;
  sections?.forEach((entry, index) => {
    const here = `${pointer}/${index}`;
    const section = fieldsAt(problems, here, entry, ['title', entries]);
    if (!section) return;
    // With one section its title is optional: there is nothing to tell it from.
    const optional = sections.length === 1;
    checkText(problems, `${here}/title`, section['title'], { max: 24, singleLine: true, optional });
    const list = listAt(problems, `${here}/${entries}`, section[entries], 1, max);
    count += list?.length ?? 0;
    list?.forEach((one, place) => checkEntry(`${here}/${entries}/${place}`, one));
  });
  if (count > max) {
    const what = entries.replace('_', ' ');
    refuse(problems, pointer, `The sections have ${count} ${what}; at most ${max} are allowed in all.`);
  }
}
