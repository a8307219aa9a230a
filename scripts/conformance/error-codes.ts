import { documentedCodes } from '#server/channels/providers/cloud-api/errors/documented-codes.fixture.ts';
import { type Proof, row, type Section, testsOf } from './rows.ts';

const errors = 'server/channels/providers/cloud-api/errors';
const known = testsOf(
  `${errors}/errors.test.ts`,
  `${errors}/documented-codes.fixture.ts`,
)('the table of errors > has the code %i');
const sends = testsOf('sandbox/cloud-api/sends.test.ts');
const accounts = testsOf('sandbox/cloud-api/accounts.test.ts');

const refused = sends('refuses %s');
const credentials = sends('refuses wrong credentials with the codes of Meta');
const ended = testsOf('sandbox/cloud-api/status-timeline.test.ts')('tells the end of %s');
const limited = sends('limits a number to its throughput and a pair to its burst, and only those');
const listed = sends('writes from a test number to its list only, and to no country that is closed');
const filled = testsOf('sandbox/cloud-api/send-templates.test.ts');
const states = filled('refuses a template that is %s');
const market = testsOf('sandbox/cloud-api/marketing-messages.test.ts')(
  'refuses by that endpoint what is no marketing, and marketing that must go by it elsewhere',
);
const timeline = testsOf('sandbox/cloud-api/status-timeline.test.ts');

/** What the sandbox gives by itself, in a test that meets it. A code that it gives only when a fault is set does not count. */
const givenBySandbox: Partial<Record<number, Proof>> = {
  100: refused,
  190: credentials,
  200: credentials,
  1026: ended,
  2046: ended,
  2047: testsOf('sandbox/cloud-api/orders.test.ts')(
    'an order that is %s may become %s (paid: %s) unless it ends with an error',
  ),
  130403: accounts('refuses a message to somebody whom the business has blocked'),
  130429: limited,
  130472: ended,
  130497: listed,
  131008: refused,
  131009: refused,
  131021: refused,
  131026: ended,
  131030: listed,
  131042: timeline('fails what costs something when there is no method of payment'),
  131047: sends('lets free-form text through for 24 hours after the person wrote, and not longer'),
  131048: timeline('reaches as many people in a day as the limit allows, those who wrote not counted'),
  131049: timeline('withholds marketing above the measure of one person until a day has passed or the person writes'),
  131050: ended,
  131055: market,
  131056: limited,
  131062: filled('sends a one-time code to a phone and not to a user id'),
  131063: market,
  132000: refused,
  132001: refused,
  132005: filled('refuses %s'),
  132012: refused,
  132015: states,
  132016: states,
  132018: refused,
  134100: market,
  134102: market,
  137000: ended,
};

export const errorCodes: Section = {
  title: 'Error codes',
  about:
    'Every documented code: the adapter knows what it means and what to do ([errors](errors.md)), the sandbox gives it where Meta would.',
  rows: documentedCodes.map((code) => row(String(code), known, givenBySandbox[code] ?? null)),
};
