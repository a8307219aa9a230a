import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Calls } from '#calls/calls.ts';
import { AccountStates } from '#cloud-api/account/account-states.ts';
import { AssignedUsers } from '#cloud-api/account/assigned-users.ts';
import { BlockLists } from '#cloud-api/account/block-lists.ts';
import { Flows, flowStatusValue } from '#cloud-api/account/flows.ts';
import { GroupLimits } from '#cloud-api/account/group-limits.ts';
import { Groups } from '#cloud-api/account/groups.ts';
import { ManagementLimits } from '#cloud-api/account/management-limits.ts';
import { NumberStates } from '#cloud-api/account/number-states.ts';
import { QrCodes } from '#cloud-api/account/qr-codes.ts';
import { Uploads } from '#cloud-api/account/uploads.ts';
import { type Credentials, loadCredentials } from '#cloud-api/credentials.ts';
import { SendLimits } from '#cloud-api/limits.ts';
import { MediaStore } from '#cloud-api/media.ts';
import { Orders } from '#cloud-api/orders.ts';
import { markCommitted } from '#cloud-api/send-routes.ts';
import { type StatusFact, StatusTimeline } from '#cloud-api/status-timeline.ts';
import { followBlocks } from '#cloud-api/templates/feedback.ts';
import { TemplateLife } from '#cloud-api/templates/template-life.ts';
import { Templates } from '#cloud-api/templates.ts';
import { type LiveChanges, newLiveChanges } from '#control/events.ts';
import { DEFAULT_SETTINGS, type Settings } from '#control/settings.ts';
import { Faults } from '#faults/faults.ts';
import { Chats } from '#people/chats.ts';
import { ContactBook } from '#people/contact-book.ts';
import { People } from '#people/people.ts';
import { SandboxClock } from '#storage/clock.ts';
import type { LedgerEntry } from '#storage/ledger.ts';
import { NumberedLog } from '#storage/numbered-log.ts';
import { type ReseedableRandom, reseedableRandom } from '#storage/random.ts';
import { StateJournal } from '#storage/state.ts';
import { Mail } from '#mail/mail.ts';
import { UltraMsg } from '#ultramsg/ultramsg.ts';
import { WebhookQueue } from '#webhooks/queue.ts';
import { Twilio } from '#twilio/twilio.ts';
import type { OtherProvider } from './other-provider.ts';

/** All that the sandbox is, besides its HTTP. */
export interface World {
  credentials: Credentials;
  credentialsPath: string;
  settings: Settings;
  /** What a scenario that runs has changed, as it was before. */
  settingsBefore: Partial<Settings>;
  clock: SandboxClock;
  state: StateJournal;
  ledger: NumberedLog<LedgerEntry>;
  facts: NumberedLog<StatusFact>;
  changes: LiveChanges;
  /** Of delays and of the order of shuffled webhooks. */
  random: ReseedableRandom;
  faults: Faults;
  people: People;
  chats: Chats;
  calls: Calls;
  contactBook: ContactBook;
  media: MediaStore;
  templates: Templates;
  templateLife: TemplateLife;
  numbers: NumberStates;
  accounts: AccountStates;
  blockLists: BlockLists;
  assignedUsers: AssignedUsers;
  qrCodes: QrCodes;
  uploads: Uploads;
  flows: Flows;
  groups: Groups;
  groupLimits: GroupLimits;
  managementLimits: ManagementLimits;
  limits: SendLimits;
  orders: Orders;
  webhooks: WebhookQueue;
  timeline: StatusTimeline;
  ultramsg: UltraMsg;
  twilio: Twilio;
  mail: Mail;
  /** The providers beside the Cloud API. */
  others: readonly OtherProvider[];
  /** Up to here the accepted requests of the ledger are stored as messages. */
  committedSeq: number;
}

/** Reads the data folder, or fills a new one. Nothing moves yet. */
export async function openWorld(
  dataFolder: string,
  options: { settings: Partial<Settings>; synced: boolean },
): Promise<World> {
  await mkdir(dataFolder, { recursive: true });
  const credentialsPath = join(dataFolder, 'credentials.json');
  const credentials = await loadCredentials(credentialsPath);
  const { synced } = options;
  const ledger = await NumberedLog.open<LedgerEntry>(join(dataFolder, 'ledger.jsonl'), { synced });
  const facts = await NumberedLog.open<StatusFact>(join(dataFolder, 'statuses.jsonl'), { synced: false });

  const settings: Settings = { ...DEFAULT_SETTINGS };
  const clock = new SandboxClock();
  const state = new StateJournal(join(dataFolder, 'state.jsonl'));
  const changes = newLiveChanges();
  const faults = new Faults();
  const random = reseedableRandom(options.settings.seed ?? settings.seed);
  const people = new People({ clock, state, changes });
  const chats = new Chats(state);
  const calls = new Calls(state, changes);
  const contactBook = new ContactBook({ clock, settings, state, chats, calls });
  const media = new MediaStore({ folder: join(dataFolder, 'media'), clock, state });
  const templates = new Templates(state, credentials.waba_id);
  const numbers = new NumberStates(state);
  const accounts = new AccountStates({ clock, settings, state, numbers });
  const blockLists = new BlockLists(state);
  const assignedUsers = new AssignedUsers(state);
  const qrCodes = new QrCodes(state);
  const uploads = new Uploads({ clock, state, media, handleDays: () => settings.upload_handle_days });
  const flows = new Flows({ clock, state });
  const groups = new Groups({ clock, state, changes });
  const groupLimits = new GroupLimits(clock, settings);
  const managementLimits = new ManagementLimits({ clock, settings, credentials, numbers });
  const limits = new SendLimits(clock, settings, numbers);
  const webhooks = new WebhookQueue({ clock, settings, credentials, state, faults, random });
  const templateLife = new TemplateLife({
    clock,
    settings,
    templates,
    webhooks,
    isUtilityBlocked: (wabaId) => accounts.isRestricted(wabaId, 'RESTRICTED_UTILITY_TEMPLATES'),
  });
  const { deliveries } = webhooks;
  const ultramsg = new UltraMsg({ clock, settings, state, faults, random, people, media, changes, deliveries });
  const orders = new Orders(state);
  const timeline = new StatusTimeline({
    clock,
    settings,
    random,
    state,
    people,
    chats,
    contactBook,
    facts,
    webhooks,
    changes,
    orders,
    numbers,
  });
  const twilio = await Twilio.open({
    dataFolder,
    clock,
    settings,
    random,
    state,
    ledger,
    faults,
    people,
    media,
    changes,
    note: (fact) => timeline.note(fact),
  });
  const mail = new Mail({ clock, settings, state, faults, ledger, deliveries });
  const world: World = {
    credentials,
    credentialsPath,
    settings,
    settingsBefore: {},
    clock,
    state,
    ledger,
    facts,
    changes,
    random,
    faults,
    people,
    chats,
    calls,
    contactBook,
    media,
    templates,
    templateLife,
    numbers,
    accounts,
    blockLists,
    assignedUsers,
    qrCodes,
    uploads,
    flows,
    groups,
    groupLimits,
    managementLimits,
    limits,
    orders,
    webhooks,
    timeline,
    ultramsg,
    twilio,
    mail,
    others: [ultramsg, twilio, mail],
    committedSeq: 0,
  };
  rememberSelf(world);
  await state.load();
  followBlocks(world);
  putSettingsBack(world);
  Object.assign(settings, options.settings);
  people.addFirstPeople();
  templates.addFirstTemplates();
  ultramsg.instances.addFirst();
  twilio.addFirst();
  mail.addFirst();
  mail.onStored = (seq) => markCommitted(seq, world);
  templateLife.onPacingEnd = (template, end) => timeline.endHold(template, end);
  flows.onStatus = (flow, oldStatus) => webhooks.tellAccount(flow.waba_id, 'flows', flowStatusValue(flow, oldStatus));
  webhooks.onInboundTold = (messageId) => tickAsDelivered(messageId, world);
  return world;
}

export async function closeWorld(world: World): Promise<void> {
  world.clock.close();
  await world.webhooks.close();
  for (const other of world.others) await other.close();
  await world.state.close();
  await world.ledger.close();
  await world.facts.close();
}

/** Ends what a scenario has changed; also of one that was under way when the sandbox was killed. */
export function putSettingsBack(world: Pick<World, 'settings' | 'settingsBefore' | 'state'>): void {
  Object.assign(world.settings, world.settingsBefore);
  world.settingsBefore = {};
  world.state.record('settings', world.settings);
  world.state.record('settings_before', {});
}

/** What belongs to no part: settings, the clock's advance, and how far the ledger is stored. */
function rememberSelf(world: World): void {
  const { clock, settings, state } = world;
  state.on<Settings>('settings', (stored) => Object.assign(settings, stored));
  state.on<Partial<Settings>>('settings_before', (before) => {
    world.settingsBefore = before;
  });
  state.on<{ advanced_ms: number }>('clock', (stored) => clock.restore(stored.advanced_ms));
  state.on<number>('committed', (seq) => {
    world.committedSeq = Math.max(world.committedSeq, seq);
  });
  state.snapshot(() => [
    ['settings', settings],
    ['settings_before', world.settingsBefore],
    ['clock', { advanced_ms: clock.advancedMs }],
    ['committed', world.committedSeq],
  ]);
}

/** The business has answered a person's message with 200: its second tick. */
function tickAsDelivered(messageId: string, { chats, changes }: World): void {
  const message = chats.find(messageId);
  if (message?.status !== 'sent') return;
  chats.setStatus(message, 'delivered');
  const { person_id, phone_number_id } = message;
  changes.emit('status', { id: messageId, person_id, phone_number_id, status: 'delivered', error: null });
}
