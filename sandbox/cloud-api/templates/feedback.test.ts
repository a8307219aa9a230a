import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#control/settings.ts';
import { SandboxUser, errorOf } from '#testing/sandbox-user.ts';
import { scoreOf } from './feedback.ts';

async function qualityOf(user: SandboxUser): Promise<string | undefined> {
  const { data } = (await user.request('GET', '/_sandbox/templates')).read<{
    data: { name: string; quality: { score: string } }[];
  }>();
  return data.find((template) => template.name === 'hello_world')?.quality.score;
}

it('lowers the quality of a template with the readers who block, and pauses it', async () => {
  await using user = await SandboxUser.start({
    feedback_least_messages: 4,
    feedback_yellow_percent: 25,
    feedback_red_percent: 50,
  });
  const people = ['+15550004001', '+15550004002', '+15550004003', '+15550004004'];
  for (const to of people) await user.sendHello({ to });
  const block = (who = '') => user.request('PATCH', `/_sandbox/people/${encodeURIComponent(who)}`, { blocked: true });
  expect((await block(people[0])).status).toBe(200);
  expect(await qualityOf(user)).toBe('YELLOW');
  // What was sent before the change counts no longer.
  for (const to of people.slice(1)) await user.sendHello({ to });
  await user.sendHello({ to: '+15550004005' });
  await block(people[1]);
  expect(await qualityOf(user)).toBe('YELLOW');
  await block(people[2]);
  expect(await qualityOf(user)).toBe('RED');
  expect(errorOf(await user.sendHello({ to: '+15550004005' })).code).toBe(132015);
});

it('judges by the blocks of others, never better with one more, and not at all with too few readers', () => {
  const order = ['GREEN', 'YELLOW', 'RED'];
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), (one, other) => {
      const readers = one + other + 1;
      const score = scoreOf({ readers, blocks: one }, DEFAULT_SETTINGS);
      const worse = scoreOf({ readers, blocks: one + 1 }, DEFAULT_SETTINGS);
      if (readers < DEFAULT_SETTINGS.feedback_least_messages) return score === undefined;
      return order.indexOf(worse ?? '') >= order.indexOf(score ?? '') && order.includes(score ?? '');
    }),
  );
});
