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
const paused = filled('refuses a template that is %s');
const market = testsOf('sandbox/cloud-api/marketing-messages.test.ts')(
  'refuses by that endpoint what is no marketing, and marketing that must go by it elsewhere',
);
const rested = testsOf('sandbox/cloud-api/marketing-messages.test.ts')(
  'lets a new template rest until it is known there, and keeps one with a highest price from elsewhere',
);
const restricted = testsOf('sandbox/cloud-api/send-restrictions.test.ts');
const timeline = testsOf('sandbox/cloud-api/status-timeline.test.ts');

const calls = testsOf('sandbox/calls/calls.test.ts');
const uncalled = calls('a call is refused with %i when %s');
/** The reference names no cause of these that a simulation could have, so a setting is it. */
const calledOff = calls('the setting call_error refuses each call with %i');
const numbers = testsOf('sandbox/cloud-api/account/numbers.test.ts');
const pins = numbers('wants the PIN that was set, and registers ten times in 72 hours');
const guesses = numbers('lets nobody guess the PIN fast or often');
const names = numbers('takes a username, suggests some, and moves one within the portfolio');
const steps = testsOf('sandbox/cloud-api/account/flows.test.ts')(
  'goes from draft to published to deprecated, and tells each step',
);
const states = accounts('an account that is %s answers %i with code %i');
const templates = testsOf('sandbox/cloud-api/templates/templates.test.ts');
const subcodes = templates('refuses with the subcode %i, and says it to people, too');

const inGroups = testsOf('sandbox/cloud-api/account/groups.test.ts');
const ungrouped = inGroups('refuses with its own code what cannot be done with a group');
const pictured = inGroups('takes a square picture of a fitting size, and no other');

/** What the sandbox gives by itself, in a test that meets it. */
const givenBySandbox: Partial<Record<number, Proof>> = {
  0: states,
  10: credentials,
  33: accounts('lets a client check each of its credentials'),
  100: refused,
  190: credentials,
  200: credentials,
  368: numbers('disables an account and takes it back'),
  613: calls('permissions to call are looked up five times a second; more gets 613'),
  1026: ended,
  2046: ended,
  2047: testsOf('sandbox/cloud-api/orders.test.ts')(
    'an order that is %s may become %s (paid: %s) unless it ends with an error',
  ),
  80007: testsOf('sandbox/cloud-api/account/apps.test.ts')(
    'counts the calls of an app to an account, tells the use and refuses what is too much',
  ),
  130403: accounts('refuses a message to somebody whom the business has blocked'),
  130429: limited,
  130472: ended,
  130497: listed,
  131005: states,
  131008: refused,
  131009: refused,
  131020: testsOf('sandbox/cloud-api/group-sends.test.ts')('refuses what a group does not take'),
  131021: refused,
  131026: ended,
  131030: listed,
  131031: states,
  131037: restricted('sends from a number that WhatsApp gave only under an approved name'),
  131041: inGroups('makes, lists, reads, changes and deletes a group, and tells of each'),
  131042: timeline('fails what costs something when there is no method of payment'),
  131044: uncalled,
  131045: states,
  131047: sends('lets free-form text through for 24 hours after the person wrote, and not longer'),
  131048: timeline('reaches as many people in a day as the limit allows, those who wrote not counted'),
  131049: timeline('withholds marketing above the measure of one person until a day has passed or the person writes'),
  131050: ended,
  131051: testsOf('sandbox/people/people.test.ts')(
    'every inbound kind reaches the business in the shape of the Cloud API',
  ),
  131052: testsOf('sandbox/people/inbound.test.ts')(
    'a file that is too large for the business comes as %s without the file, with 131052',
  ),
  131053: sends('a message to %s ends as %s'),
  131055: market,
  131056: limited,
  131057: states,
  131059: templates('lists in pages whose cursors lead through all templates once'),
  131061: rested,
  131062: filled('sends a one-time code to a phone and not to a user id'),
  131063: market,
  131064: restricted('sends no utility messages for an account that was restricted for wrong categories'),
  131201: ungrouped,
  131202: ungrouped,
  131203: ungrouped,
  131204: ungrouped,
  131207: ungrouped,
  131208: ungrouped,
  131209: pictured,
  131210: pictured,
  131211: ungrouped,
  131212: ungrouped,
  131213: ungrouped,
  131214: ungrouped,
  131215: ungrouped,
  132000: refused,
  132001: refused,
  132005: filled('refuses %s'),
  132012: refused,
  132015: paused,
  132016: paused,
  132018: refused,
  132068: testsOf('sandbox/cloud-api/account/flows.test.ts')(
    'sends what is published, ten times an hour what is throttled, and nothing that is blocked',
  ),
  132069: testsOf('sandbox/cloud-api/account/flows.test.ts')(
    'sends what is published, ten times an hour what is throttled, and nothing that is blocked',
  ),
  133000: numbers('deregisters only what is registered'),
  133005: pins,
  133006: numbers('leads a new number from its code to its first message'),
  133008: guesses,
  133009: guesses,
  133010: pins,
  133016: pins,
  134011: testsOf('sandbox/cloud-api/payments.test.ts')('takes no orders before the terms of payments are accepted'),
  134100: market,
  134101: rested,
  134102: market,
  136024: numbers('takes no code after ten minutes, and gives so many codes an hour'),
  137000: ended,
  138000: uncalled,
  138001: uncalled,
  138002: uncalled,
  138003: uncalled,
  138004: calledOff,
  138005: uncalled,
  138006: calls('the permission to call ends after seven days unless it is for ever, and can be taken back'),
  138007: calledOff,
  138009: testsOf('sandbox/cloud-api/send-kinds.test.ts')('asks a person once a day for the permission to call'),
  138012: calls('call_permissions says what may be done, and how often it was done'),
  138013: uncalled,
  138014: uncalled,
  138015: uncalled,
  138017: calls('the permission to call ends after seven days unless it is for ever, and can be taken back'),
  138018: calledOff,
  138019: calledOff,
  138020: calledOff,
  138021: calledOff,
  138022: calledOff,
  138023: calledOff,
  139002: steps,
  139003: steps,
  139004: steps,
  139101: numbers('blocks no more people than the list has room for'),
  139100: numbers('blocks who wrote lately, and answers for each of the others'),
  147001: names,
  147002: numbers('gives a username only to who may reach 2,000 people'),
  147003: numbers('gives no username that is one of the %s: %i'),
  147004: numbers('gives no username that is one of the %s: %i'),
  147005: names,
  200006: testsOf('sandbox/cloud-api/account/analytics.test.ts')(
    'refuses analytics without a span, and never gives the insights back',
  ),
  200007: testsOf('sandbox/cloud-api/account/analytics.test.ts')(
    'has no insights into templates before they are enabled',
  ),
  2494100: numbers('registers nothing while the account is in maintenance'),
  2593108: testsOf('sandbox/cloud-api/account/portfolio.test.ts')(
    'hands over nothing of a number that came more than a day ago',
  ),
  2593107: testsOf('sandbox/cloud-api/account/portfolio.test.ts')(
    'hands over contacts and history of a number that stays in the app, each once',
  ),
  2388012: numbers('leads a new number from its code to its first message'),
  139001: steps,
  2388039: subcodes,
  2388019: templates('has room for so many templates, and for so many new ones in an hour'),
  2388040: subcodes,
  2388047: subcodes,
  2388072: subcodes,
  2388073: subcodes,
  2388293: subcodes,
  2388299: subcodes,
};

const asked = testsOf(
  'sandbox/faults/error-codes.test.ts',
  'sandbox/faults/error-codes.fixture.ts',
)('gives %i with the status and the words of Meta when a rule asks for it');

/** What has its cause outside of the sandbox: an outage, a judgement of Meta, a product that it does not have. */
const givenByRule: readonly number[] = [
  1, 2, 3, 4, 299, 2040, 131000, 131016, 132007, 132008, 133004, 133015, 135000, 139000, 139006, 139102, 139103, 200005,
  1752041, 2388001, 2388091, 2388093, 2388103, 2494164, 2494165, 2494166, 2494167, 2494168, 2494176, 2494177, 2494179,
  2593079, 2593085, 2593109,
];

export const errorCodes: Section = {
  title: 'Error codes',
  about:
    'Every documented code: the adapter knows what it means and what to do ([errors](errors.md)), the sandbox gives it where Meta would, or, when the cause lies outside of the sandbox, where a rule of its faults asks for it.',
  rows: documentedCodes.map((code) =>
    row(String(code), known, givenBySandbox[code] ?? (givenByRule.includes(code) ? asked : null)),
  ),
};
