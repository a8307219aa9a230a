import {
  invalid,
  isObject,
  optionalObject,
  optionalWord,
  requireObjects,
  requireText,
  requireWord,
} from '#cloud-api/checks.ts';
import type { Json } from '#people/chats.ts';

const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
const SWITCH = ['ENABLED', 'DISABLED'];

/** Throws for a `calling` that no number can have. */
export function checkCalling(calling: Json): void {
  optionalWord(calling, 'status', "calling['status']", SWITCH);
  optionalWord(calling, 'call_icon_visibility', "calling['call_icon_visibility']", ['DEFAULT', 'DISABLE_ALL']);
  optionalWord(calling, 'callback_permission_status', "calling['callback_permission_status']", SWITCH);
  optionalObject(calling, 'sip', "calling['sip']");
  const hours = optionalObject(calling, 'call_hours', "calling['call_hours']");
  if (!hours) return;
  const path = "calling['call_hours']";
  if (requireWord(hours, 'status', `${path}['status']`, SWITCH) === 'DISABLED') return;
  const zone = requireText(hours, 'timezone_id', `${path}['timezone_id']`, 100);
  if (!isZone(zone)) throw invalid(`${path}['timezone_id']`, `is no time zone: "${zone}".`);
  const weekly = `${path}['weekly_operating_hours']`;
  for (const { element, at } of requireObjects(hours, 'weekly_operating_hours', weekly, 1, 28)) {
    requireWord(element, 'day_of_week', `${at}['day_of_week']`, DAYS);
    for (const key of ['open_time', 'close_time']) checkTime(element, key, `${at}['${key}']`);
  }
  if (hours['holiday_schedule'] === undefined) return;
  for (const { element, at } of requireObjects(hours, 'holiday_schedule', `${path}['holiday_schedule']`, 0, 20)) {
    const date = requireText(element, 'date', `${at}['date']`, 10);
    if (!isDate(date)) throw invalid(`${at}['date']`, 'must be a date as 2026-12-24.');
    for (const [key, word] of [
      ['start_time', `${at}['start_time']`],
      ['end_time', `${at}['end_time']`],
    ] as const) {
      checkTime(element, key, word);
    }
  }
}

/** Whether a person sees that the number can be called now: calls are on, and it is within the hours for them. */
export function takesCalls(calling: unknown, now: number): boolean {
  if (!isObject(calling) || calling['status'] !== 'ENABLED') return false;
  const hours = calling['call_hours'];
  if (!isObject(hours) || hours['status'] !== 'ENABLED') return true;
  const zone = hours['timezone_id'];
  // A folder of an earlier version may have hours that nobody has checked.
  if (typeof zone !== 'string' || !isZone(zone)) return true;
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  const time = `${String(local.hour).padStart(2, '0')}${String(local.minute).padStart(2, '0')}`;
  const today = local.toPlainDate().toString();
  // The hours of a holiday take the place of those of its day.
  const holidays = objectsOf(hours['holiday_schedule']).filter((each) => each['date'] === today);
  if (holidays.length > 0) return holidays.some((each) => isWithin(time, each['start_time'], each['end_time']));
  return objectsOf(hours['weekly_operating_hours']).some(
    (each) =>
      each['day_of_week'] === DAYS[local.dayOfWeek - 1] && isWithin(time, each['open_time'], each['close_time']),
  );
}

function isWithin(time: string, from: unknown, to: unknown): boolean {
  return typeof from === 'string' && typeof to === 'string' && from <= time && time < to;
}

function objectsOf(list: unknown): Json[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function checkTime(parent: Json, key: string, path: string): void {
  if (!/^([01]\d|2[0-3])[0-5]\d$|^2400$/.test(requireText(parent, key, path, 4))) {
    throw invalid(path, 'must be a time as 0930.');
  }
}

function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

function isDate(date: string): boolean {
  try {
    return Temporal.PlainDate.from(date).toString() === date;
  } catch {
    return false;
  }
}
