import { describe, expect, it } from 'vitest';
import { smsName, whatsappName } from '#channels/providers/twilio/names.ts';
import { errorTables, reactionTo } from './errors.ts';

// What https://www.twilio.com/docs/api/errors says of each, in the groups that decide what is done.
const shared = {
  configuration: [20003, 20404, 21606, 21212, 21603, 21703, 21704, 21705, 21608, 21408, 21654, 21655, 21656],
  recipient: [21211, 21214, 21217, 21612, 21614],
  content: [21602, 21617, 21620, 21623],
  optOut: [21610],
  later: [20429, 21611],
};
const sms = {
  configuration: [30002, 30032, 30034],
  recipient: [30003, 30005, 30006],
  content: [30007],
  later: [30001, 30008, 30017, 30022, 30023],
};
const whatsapp = {
  configuration: [63007, 63015, 63112],
  recipient: [63003, 63024],
  content: [63016, 63027, 63028, 63041, 63013, 63021, 63019, 63049],
  optOut: [63033, 63014],
  later: [63018, 63017, 63009, 63010, 63012],
};

describe.each([
  [smsName, [shared, sms]],
  [whatsappName, [shared, whatsapp]],
] as const)('the table of %s', (name, groups) => {
  const rows = errorTables[name];
  const of = (group: string) =>
    groups
      .flatMap((codes) => (codes as Record<string, number[]>)[group] ?? [])
      .map((code) => reactionTo(name, String(code)));

  it('has every code once, with words for each and an instant since when', () => {
    expect(new Set(rows.map(({ code }) => code)).size).toBe(rows.length);
    for (const row of rows) {
      expect(row.provider).toBe(name);
      for (const words of [row.advice, row.tell]) expect(words, row.code).toMatch(/\.$/);
      expect(() => Temporal.PlainDate.from(row.since)).not.toThrow();
    }
  });

  it('knows each documented code', () => {
    for (const group of ['configuration', 'recipient', 'content', 'optOut', 'later'])
      for (const row of of(group)) expect(row.code).not.toBe('unlisted');
  });

  it('never repeats what is to be mended first, or what the person does not want', () => {
    for (const group of ['configuration', 'recipient', 'content', 'optOut'])
      for (const row of of(group)) expect(row.reaction, row.code).not.toMatch(/^retry/);
  });

  it('stops a channel for whoever stopped it, and for nobody else', () => {
    for (const row of rows) expect(row.suppress, row.code).toBe(of('optOut').includes(row) ? 'stop' : undefined);
    for (const row of of('optOut')) expect(row.reroute, row.code).toBeNull();
  });

  it('says of all that time helps with that it waits', () => {
    for (const row of of('later')) expect(row.remedy, row.code).toBe('wait');
  });

  it('shows no answer for what is told later alone', () => {
    for (const row of rows) expect(row.httpStatus === null, row.code).toBe(row.shows === 'webhook');
  });
});
