import { documentedCodes } from '#server/channels/providers/cloud-api/errors/documented-codes.fixture.ts';
import { type Proof, row, type Section, testsOf } from './rows.ts';

const errors = 'server/channels/providers/cloud-api/errors';
const listed = testsOf(
  `${errors}/errors.test.ts`,
  `${errors}/documented-codes.fixture.ts`,
)('the table of errors > has the code %i');
const sends = testsOf('sandbox/cloud-api/sends.test.ts');
const accounts = testsOf('sandbox/cloud-api/accounts.test.ts');
const people = testsOf('sandbox/people/people.test.ts');

const refused = sends('refuses %s');
const credentials = sends('refuses wrong credentials with the codes of Meta');

/** What the sandbox gives by itself, in a test that meets it. A code that it gives only when a fault is set does not count. */
const givenBySandbox: Partial<Record<number, Proof>> = {
  100: refused,
  131008: refused,
  131009: refused,
  131021: refused,
  132000: refused,
  132001: refused,
  132012: refused,
  132018: refused,
  190: credentials,
  200: credentials,
  130403: accounts('refuses a message to somebody whom the business has blocked'),
  131026: people('a person who is %j gets %s: %s'),
};

export const errorCodes: Section = {
  title: 'Error codes',
  about:
    'Every documented code: the adapter knows what it means and what to do ([errors](errors.md)), the sandbox gives it where Meta would.',
  rows: documentedCodes.map((code) => row(String(code), listed, givenBySandbox[code] ?? null)),
};
