import type { ErrorEntry } from '#channels/provider.ts';
import { errorRow as row } from './error-row.ts';

const creation = 'Correct the template and create it again; the details say what is wrong.';
const migration = 'The details say which condition of the migration is not met.';
const signup = 'Correct the sign-up request; the details name the field.';
const call = 'A call was refused for this; messages are not affected.';
const group = 'A request about a group was refused for this; messages to one person are not affected.';

/** What the management end points answer, often as the subcode of a general code. None of it repeats by itself: a person or
 *  a later job asked for the change. */
// biome-ignore format: a table is read by its columns, one row a line
export const managementErrors: readonly ErrorEntry[] = [
  // Template creation; these come as subcode of 100.
  row('2388019', 'fail', 'The limit of templates is reached', 'Delete templates that are not used, or verify the business for a higher limit.', 'There are too many templates. Delete some first.', { subcodeOf: '100', remedy: 'account' }),
  row('2388023', 'fail', 'A template of this name and language is being deleted', 'Use another name, or wait until the deletion has ended: for an approved template 30 days.', 'This name is not free yet. Choose another one.', { subcodeOf: '100' }),
  row('2388024', 'fail', 'There is already a template of this name and language', 'Edit that template, or use another name.', 'This name is taken. Choose another one.', { subcodeOf: '100' }),
  row('2388039', 'fail', 'The template cannot be created', creation, 'The template is not right yet. Correct it and create it again.', { subcodeOf: '100', remedy: 'template' }),
  row('2388040', 'fail', 'A field of the template is too long', creation, 'The template is not right yet. Correct it and create it again.', { subcodeOf: '100', remedy: 'template' }),
  row('2388047', 'fail', 'The header has a format that is not allowed', creation, 'The template is not right yet. Correct it and create it again.', { subcodeOf: '100', remedy: 'template' }),
  row('2388072', 'fail', 'The body has a format that is not allowed', creation, 'The template is not right yet. Correct it and create it again.', { subcodeOf: '100', remedy: 'template' }),
  row('2388073', 'fail', 'The footer has a format that is not allowed', creation, 'The template is not right yet. Correct it and create it again.', { subcodeOf: '100', remedy: 'template' }),
  row('2388293', 'fail', 'The template has too many variables for its length', creation, 'The template is not right yet. Correct it and create it again.', { subcodeOf: '100', remedy: 'template' }),
  row('2388299', 'fail', 'A variable is at the beginning or end', creation, 'The template is not right yet. Correct it and create it again.', { subcodeOf: '100', remedy: 'template' }),

  // Numbers and accounts.
  row('2388001', 'fail', 'The number cannot be migrated', migration, 'This number cannot be moved now.', { subcodeOf: '100', remedy: 'account' }),
  row('2388012', 'fail', 'The number is already in the list', migration, 'This number is in the list already.', { subcodeOf: '100', remedy: 'none' }),
  row('2388091', 'fail', 'The number is not being migrated', migration, 'This number cannot be moved now.', { subcodeOf: '100', remedy: 'account' }),
  row('2388093', 'fail', 'The number cannot be migrated', migration, 'This number cannot be moved now.', { subcodeOf: '100', remedy: 'account' }),
  row('2388103', 'fail', 'The number cannot be migrated', migration, 'This number cannot be moved now.', { subcodeOf: '100', remedy: 'account' }),
  row('2200', 'fail', 'The callback address was not verified', 'Meta called the address and did not get its challenge back. It must answer on the internet over https, with the right verify token.', 'The address for webhooks does not answer as it should.', { remedy: 'account' }),
  row('2494100', 'fail', 'The number is in maintenance', 'Try again in some minutes.', 'This number is being worked on. Try again in some minutes.', { subcodeOf: '100', remedy: 'wait', waitSeconds: 300 }),
  row('200005', 'fail', 'Template insights are not available', 'Template insights cannot be used for this business account.', 'Template insights cannot be changed here.', { remedy: 'none' }),
  row('200006', 'fail', 'Template insights cannot be switched off', 'Once on, template insights stay on.', 'Template insights cannot be changed here.', { remedy: 'none' }),
  row('200007', 'fail', 'Template insights are not switched on', 'Switch on template insights in WhatsApp Manager.', 'Template insights are off. Switch them on first.', { remedy: 'account' }),
  row('2593079', 'fail', 'The account is already being migrated', 'Wait for the migration to end.', 'This account is being moved already.', { subcodeOf: '100', remedy: 'wait' }),
  row('2593085', 'fail', 'The account cannot be migrated', migration, 'This account cannot be moved.', { subcodeOf: '100', remedy: 'none' }),
  row('2593107', 'fail', 'The history was already synchronised', 'It can be asked for once.', 'The history was fetched already.', { subcodeOf: '100', remedy: 'none' }),
  row('2593108', 'fail', 'The history can no longer be synchronised', 'It can be asked for within 24 hours of connecting the app only.', 'The history can no longer be fetched.', { subcodeOf: '100', remedy: 'none' }),
  row('2593109', 'fail', 'The business declined to share its history', 'Nothing is synchronised; messages from now on come as usual.', 'The history is not shared.', { subcodeOf: '100', shows: 'webhook', httpStatus: null, remedy: 'none' }),
  row('1752041', 'fail', 'This exists already', 'The account or number was created before.', 'This was created before.', { subcodeOf: '100', remedy: 'none' }),
  row('2494164', 'fail', 'The sign-up is not valid', signup, 'The sign-up is not right yet. Correct it and try again.', { subcodeOf: '100', since: '2026-06-03' }),
  row('2494165', 'fail', 'The sign-up is not valid', signup, 'The sign-up is not right yet. Correct it and try again.', { subcodeOf: '100', since: '2026-06-03' }),
  row('2494166', 'fail', 'The sign-up is not valid', signup, 'The sign-up is not right yet. Correct it and try again.', { subcodeOf: '100', since: '2026-06-03' }),
  row('2494167', 'fail', 'The sign-up is not valid', signup, 'The sign-up is not right yet. Correct it and try again.', { subcodeOf: '100', since: '2026-06-03' }),
  row('2494168', 'fail', 'The sign-up is not valid', signup, 'The sign-up is not right yet. Correct it and try again.', { subcodeOf: '100', since: '2026-06-03' }),
  row('2494176', 'fail', 'The sign-up is not valid', signup, 'The sign-up is not right yet. Correct it and try again.', { subcodeOf: '100', since: '2026-06-03' }),
  row('2494177', 'fail', 'The sign-up is not valid', signup, 'The sign-up is not right yet. Correct it and try again.', { subcodeOf: '100', since: '2026-06-03' }),
  row('2494179', 'fail', 'The sign-up is not valid', signup, 'The sign-up is not right yet. Correct it and try again.', { subcodeOf: '100', since: '2026-06-03' }),

  // Flows.
  row('139000', 'fail', 'The flow is blocked for a policy violation', 'Correct the flow; the details say why.', 'The flow violates a policy. Correct it.', { remedy: 'content', pages: true }),
  row('139001', 'fail', 'The flow cannot be changed', 'A published flow is changed by making a copy.', 'The flow cannot be changed like this.', { remedy: 'none' }),
  row('139002', 'fail', 'The flow cannot be published', 'The details name what is missing.', 'The flow is not complete yet.', { remedy: 'content' }),
  row('139003', 'fail', 'The flow cannot be deprecated', 'Only a published flow can.', 'The flow cannot be changed like this.', { remedy: 'none' }),
  row('139004', 'fail', 'The flow cannot be deleted', 'Only a draft can.', 'The flow cannot be changed like this.', { remedy: 'none' }),
  row('139006', 'fail', 'There are too few uses for a metric', 'Ask again when the flow was used more.', 'There are too few uses for this figure.', { remedy: 'wait' }),

  // Block list.
  row('139100', 'fail', 'Some people could not be blocked', 'The answer lists who. Only people who wrote in the last 24 hours can be blocked.', 'Some people could not be blocked. The answer names them.', { remedy: 'none' }),
  row('139101', 'fail', 'The block list is full', '64,000 people can be blocked.', 'The block list is full.', { remedy: 'none' }),
  row('139102', 'fail', 'The block list is being changed', 'Try again in a moment.', 'The block list is being changed. Try again in a moment.', { remedy: 'wait', waitSeconds: 5 }),
  row('139103', 'fail', 'The block list could not be changed', 'An error at Meta. Try again later.', 'The block list could not be changed. Try again later.', { httpStatus: 500, remedy: 'wait', waitSeconds: 60 }),

  // Usernames.
  row('147001', 'fail', 'The username is not available', 'Choose another one.', 'This username is taken or not allowed. Choose another one.', { since: '2026-06-29' }),
  row('147002', 'fail', 'The messaging limit is too low for a username', 'Usernames need a higher messaging limit of the portfolio.', 'This business cannot have a username yet.', { remedy: 'account', since: '2026-06-29' }),
  row('147003', 'fail', 'The Facebook Page is not linked', 'Link the page that holds the username.', 'The page or account that holds this username must be linked first.', { remedy: 'account', since: '2026-06-29' }),
  row('147004', 'fail', 'The Instagram account is not linked', 'Link the account that holds the username.', 'The page or account that holds this username must be linked first.', { remedy: 'account', since: '2026-06-29' }),
  row('147005', 'fail', 'The username belongs to another number', 'Ask for its transfer.', 'This username belongs to another number. Ask for its transfer.', { remedy: 'request', since: '2026-06-10' }),

  // Calls.
  row('138000', 'fail', 'Calls are not switched on', call, 'Calls are off for this number.', { httpStatus: 401, remedy: 'account' }),
  row('138001', 'fail', 'The person cannot be called', call, 'This person cannot be called.', { remedy: 'none', reroute: 'channel' }),
  row('138002', 'fail', 'Too many calls at once', call, 'Too many calls at once. Try again in a moment.', { remedy: 'wait', waitSeconds: 60 }),
  row('138003', 'fail', 'There is already such a call', call, 'This call exists already.', { remedy: 'none' }),
  row('138004', 'fail', 'The call could not be connected', call, 'The call could not be connected. Try again.', { httpStatus: 500, remedy: 'wait', waitSeconds: 60 }),
  row('138005', 'fail', 'Too many calls were started', call, 'Too many calls at once. Try again in a moment.', { remedy: 'wait', waitSeconds: 60 }),
  row('138006', 'fail', 'The person has not allowed calls', call, 'This person has not allowed calls. Ask for permission first.', { remedy: 'none' }),
  row('138007', 'fail', 'The call was not answered in time', call, 'The call was not answered.', { remedy: 'wait' }),
  row('138009', 'fail', 'Call permission was asked for too often', call, 'This person was asked for permission to call already. Wait a day.', { remedy: 'wait', waitSeconds: 86_400 }),
  row('138012', 'fail', 'The person was called 100 times in 24 hours', call, 'This person was called too often today.', { remedy: 'wait', waitSeconds: 86_400 }),
  row('138013', 'fail', 'Calls are not available in this country', call, 'This person cannot be called.', { remedy: 'none', reroute: 'channel' }),
  row('138014', 'fail', 'Calls are switched off for low quality', call, 'This number cannot make calls now.', { remedy: 'account' }),
  row('138015', 'fail', 'The messaging limit is too low for calls', call, 'This number cannot make calls now.', { remedy: 'account' }),
  row('138017', 'fail', 'The person has already allowed calls', call, 'This person has allowed calls already.', { remedy: 'none' }),
  row('138018', 'fail', 'A condition for calls is not met', call, 'This number cannot make calls now.', { remedy: 'account' }),
  row('138019', 'fail', 'The media of the call could not be set up', call, 'The sound of the call could not be set up.'),
  row('138020', 'fail', 'The media of the call could not be set up', call, 'The sound of the call could not be set up.'),
  row('138021', 'fail', 'The media of the call could not be set up', call, 'The sound of the call could not be set up.'),
  row('138022', 'fail', 'The media of the call could not be set up', call, 'The sound of the call could not be set up.'),
  row('138023', 'fail', 'The media of the call could not be set up', call, 'The sound of the call could not be set up.'),

  // Groups.
  row('131020', 'fail', 'Nobody else is in the group', group, 'Nobody else is in this group.', { remedy: 'none' }),
  row('131041', 'fail', 'There is no such group', group, 'This group does not exist.', { remedy: 'none' }),
  row('131201', 'fail', 'The group request was done in part', group, 'Only a part of this was done. The answer says which.', { httpStatus: 206, remedy: 'none' }),
  row('131202', 'fail', 'A participant is named twice', group, 'Somebody is named twice.'),
  row('131203', 'fail', 'A participant has not accepted the terms', group, 'Somebody has not accepted the terms of WhatsApp.', { remedy: 'none' }),
  row('131204', 'fail', 'The group has too many participants', group, 'The group has too many people.'),
  row('131207', 'fail', 'The group is suspended', group, 'This group is suspended.', { httpStatus: 403, remedy: 'none' }),
  row('131208', 'fail', 'Too many group requests', group, 'Too many changes of groups. Try again later.', { httpStatus: 429, remedy: 'wait', waitSeconds: 60 }),
  row('131209', 'fail', 'The picture of the group has the wrong ratio', group, 'The picture of the group does not fit. Choose another one.', { remedy: 'content' }),
  row('131210', 'fail', 'The picture of the group has the wrong size', group, 'The picture of the group does not fit. Choose another one.', { remedy: 'content' }),
  row('131211', 'fail', 'There are too many groups', group, 'There are too many groups.', { remedy: 'account' }),
  row('131212', 'fail', 'The person is not in the group', group, 'This person is not in the group.', { remedy: 'none' }),
  row('131213', 'fail', 'There is no such request to join', group, 'There is no such request to join.', { remedy: 'none' }),
  row('131214', 'fail', 'Groups cannot be created', group, 'This number cannot make groups.', { remedy: 'account' }),
  row('131215', 'fail', 'The number cannot use groups', group, 'This number cannot make groups.', { remedy: 'account' }),
];
