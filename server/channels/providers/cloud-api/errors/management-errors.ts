import type { ErrorReaction } from '#channels/provider.ts';
import { errorRow as row } from './error-row.ts';

const creation = 'Correct the template and create it again; the details say what is wrong.';
const migration = 'The details say which condition of the migration is not met.';
const signup = 'Correct the sign-up request; the details name the field.';
const call = 'This concerns a call, not a message.';
const group = 'This concerns a group, not a message to one person.';

/** What the management end points answer. None of it repeats by itself: a person or a later job asked for the change. */
// biome-ignore format: a table is read by its columns, one row a line
export const managementErrors: readonly ErrorReaction[] = [
  // Template creation; these come as subcode of 100.
  row('2388019', 'fail', 'The limit of templates is reached', 'Delete templates that are not used, or verify the business for a higher limit.'),
  row('2388039', 'fail', 'The template cannot be created', creation),
  row('2388040', 'fail', 'A field of the template is too long', creation),
  row('2388047', 'fail', 'The header has a format that is not allowed', creation),
  row('2388072', 'fail', 'The body has a format that is not allowed', creation),
  row('2388073', 'fail', 'The footer has a format that is not allowed', creation),
  row('2388293', 'fail', 'The template has too many variables for its length', creation),
  row('2388299', 'fail', 'A variable is at the beginning or end', creation),

  // Numbers and accounts.
  row('2388001', 'fail', 'The number cannot be migrated', migration),
  row('2388012', 'fail', 'The number is already in the list', migration),
  row('2388091', 'fail', 'The number is not being migrated', migration),
  row('2388093', 'fail', 'The number cannot be migrated', migration),
  row('2388103', 'fail', 'The number cannot be migrated', migration),
  row('2494100', 'fail', 'The number is in maintenance', 'Try again in some minutes.'),
  row('200005', 'fail', 'Template insights are not available', 'Template insights cannot be used for this business account.'),
  row('200006', 'fail', 'Template insights cannot be switched off', 'Once on, template insights stay on.'),
  row('200007', 'fail', 'Template insights are not switched on', 'Switch on template insights in WhatsApp Manager.'),
  row('2593079', 'fail', 'The account is already being migrated', 'Wait for the migration to end.'),
  row('2593085', 'fail', 'The account cannot be migrated', migration),
  row('2593107', 'fail', 'The history was already synchronised', 'It can be asked for once.'),
  row('2593108', 'fail', 'The history can no longer be synchronised', 'It can be asked for within 24 hours of connecting the app only.'),
  row('2593109', 'fail', 'The business declined to share its history', 'Nothing is synchronised; messages from now on come as usual.'),
  row('1752041', 'fail', 'This exists already', 'The account or number was created before.'),
  row('2494164', 'fail', 'The sign-up is not valid', signup, {}, '2026-06-03'),
  row('2494165', 'fail', 'The sign-up is not valid', signup, {}, '2026-06-03'),
  row('2494166', 'fail', 'The sign-up is not valid', signup, {}, '2026-06-03'),
  row('2494167', 'fail', 'The sign-up is not valid', signup, {}, '2026-06-03'),
  row('2494168', 'fail', 'The sign-up is not valid', signup, {}, '2026-06-03'),
  row('2494176', 'fail', 'The sign-up is not valid', signup, {}, '2026-06-03'),
  row('2494177', 'fail', 'The sign-up is not valid', signup, {}, '2026-06-03'),
  row('2494179', 'fail', 'The sign-up is not valid', signup, {}, '2026-06-03'),

  // Flows.
  row('139000', 'fail', 'The flow is blocked for a policy violation', 'Correct the flow; the details say why.'),
  row('139001', 'fail', 'The flow cannot be changed', 'A published flow is changed by making a copy.'),
  row('139002', 'fail', 'The flow cannot be published', 'The details name what is missing.'),
  row('139003', 'fail', 'The flow cannot be deprecated', 'Only a published flow can.'),
  row('139004', 'fail', 'The flow cannot be deleted', 'Only a draft can.'),
  row('139006', 'fail', 'There are too few uses for a metric', 'Ask again when the flow was used more.'),

  // Block list.
  row('139100', 'fail', 'Some people could not be blocked', 'The answer lists who. Only people who wrote in the last 24 hours can be blocked.'),
  row('139101', 'fail', 'The block list is full', '64,000 people can be blocked.'),
  row('139102', 'fail', 'The block list is being changed', 'Try again in a moment.'),
  row('139103', 'fail', 'The block list could not be changed', 'An error at Meta. Try again later.'),

  // Usernames.
  row('147001', 'fail', 'The username is not available', 'Choose another one.', {}, '2026-06-29'),
  row('147002', 'fail', 'The messaging limit is too low for a username', 'Usernames need a higher messaging limit of the portfolio.', {}, '2026-06-29'),
  row('147003', 'fail', 'The Facebook Page is not linked', 'Link the page that holds the username.', {}, '2026-06-29'),
  row('147004', 'fail', 'The Instagram account is not linked', 'Link the account that holds the username.', {}, '2026-06-29'),
  row('147005', 'fail', 'The username belongs to another number', 'Ask for its transfer.', {}, '2026-06-10'),

  // Calls.
  row('138000', 'fail', 'Calls are not switched on', call),
  row('138001', 'fail', 'The person cannot be called', call),
  row('138002', 'fail', 'Too many calls at once', call),
  row('138003', 'fail', 'There is already such a call', call),
  row('138004', 'fail', 'The call could not be connected', call),
  row('138005', 'fail', 'Too many calls were started', call),
  row('138006', 'fail', 'The person has not allowed calls', call),
  row('138007', 'fail', 'The call was not answered in time', call),
  row('138009', 'fail', 'Call permission was asked for too often', call),
  row('138012', 'fail', 'The person was called 100 times in 24 hours', call),
  row('138013', 'fail', 'Calls are not available in this country', call),
  row('138014', 'fail', 'Calls are switched off for low quality', call),
  row('138015', 'fail', 'The messaging limit is too low for calls', call),
  row('138017', 'fail', 'The person has already allowed calls', call),
  row('138018', 'fail', 'A condition for calls is not met', call),
  row('138019', 'fail', 'The media of the call could not be set up', call),
  row('138020', 'fail', 'The media of the call could not be set up', call),
  row('138021', 'fail', 'The media of the call could not be set up', call),
  row('138022', 'fail', 'The media of the call could not be set up', call),
  row('138023', 'fail', 'The media of the call could not be set up', call),

  // Groups.
  row('131020', 'fail', 'Nobody else is in the group', group),
  row('131041', 'fail', 'There is no such group', group),
  row('131201', 'fail', 'The group request was done in part', group),
  row('131202', 'fail', 'A participant is named twice', group),
  row('131203', 'fail', 'A participant has not accepted the terms', group),
  row('131204', 'fail', 'The group has too many participants', group),
  row('131207', 'fail', 'The group is suspended', group),
  row('131208', 'fail', 'Too many group requests', group),
  row('131209', 'fail', 'The picture of the group has the wrong ratio', group),
  row('131210', 'fail', 'The picture of the group has the wrong size', group),
  row('131211', 'fail', 'There are too many groups', group),
  row('131212', 'fail', 'The person is not in the group', group),
  row('131213', 'fail', 'There is no such request to join', group),
  row('131214', 'fail', 'Groups cannot be created', group),
  row('131215', 'fail', 'The number cannot use groups', group),
];
