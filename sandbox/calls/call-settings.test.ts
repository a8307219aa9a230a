import fc from 'fast-check';
import { expect, it } from 'vitest';
import { takesCalls } from './call-settings.ts';
import { limitView, permissionAt } from './call-permission.ts';

const hours = {
  status: 'ENABLED',
  timezone_id: 'Asia/Kolkata',
  weekly_operating_hours: [{ day_of_week: 'MONDAY', open_time: '0900', close_time: '1700' }],
  holiday_schedule: [{ date: '2026-11-30', start_time: '1000', end_time: '1100' }],
};

it.each([
  ['2026-11-23T09:00+05:30', true],
  ['2026-11-23T08:59+05:30', false],
  ['2026-11-23T16:59+05:30', true],
  ['2026-11-23T17:00+05:30', false],
  ['2026-11-24T12:00+05:30', false],
  ['2026-11-30T09:30+05:30', false],
  ['2026-11-30T10:30+05:30', true],
])('at %s a number with hours and a holiday takes calls: %s', (instant, expected) => {
  const now = Temporal.Instant.from(instant).epochMilliseconds;
  expect(takesCalls({ status: 'ENABLED', call_hours: hours }, now)).toBe(expected);
  expect(takesCalls({ status: 'DISABLED', call_hours: hours }, now)).toBe(false);
  expect(takesCalls({ status: 'ENABLED', call_hours: { ...hours, status: 'DISABLED' } }, now)).toBe(true);
});

it('a limit that is used up has room again exactly when it says', () => {
  const day = 86_400_000;
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: day / 1000 - 1 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      (seconds, most) => {
        const now = 10 * day;
        const used = seconds.map((second) => now - second * 1000);
        const { limit_expiration_time: until, current_usage: usage } = limitView('PT24H', day, most, used, now);
        expect(usage).toBe(used.length);
        if (used.length < most) {
          expect(until).toBeUndefined();
          return;
        }
        const at = Number(until) * 1000;
        expect(limitView('PT24H', day, most, used, at)['current_usage']).toBeLessThan(most);
        expect(limitView('PT24H', day, most, used, at - 1000)['current_usage']).toBeGreaterThanOrEqual(most);
      },
    ),
  );
});

it('a temporary permission ends at its instant', () => {
  const permission = { status: 'temporary', expires_at: 1000 } as const;
  expect(permissionAt(permission, 999)).toEqual(permission);
  expect(permissionAt(permission, 1000).status).toBe('no_permission');
});
