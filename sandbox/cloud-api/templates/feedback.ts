import type { LiveChanges } from '#control/events.ts';
import type { Settings } from '#control/settings.ts';
import type { Chats, Message } from '#people/chats.ts';
import type { People, Person } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { isObject, shown } from '#cloud-api/checks.ts';
import { type Credentials, findNumber } from '#cloud-api/credentials.ts';
import type { QualityScore, Template, Templates } from '#cloud-api/templates.ts';
import type { TemplateLife } from './template-life.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  credentials: Credentials;
  people: People;
  chats: Chats;
  templates: Templates;
  templateLife: TemplateLife;
  changes: LiveChanges;
}

const WEEK_MS = 7 * 86_400_000;

/** People who block the business judge the template that they got last: its quality follows from how many they are. */
export function followBlocks(deps: Deps): void {
  const blocking = new Set<string>();
  deps.changes.on('person', ({ person }) => {
    if (!person.blocked) blocking.delete(person.id);
    else if (!blocking.has(person.id)) {
      blocking.add(person.id);
      for (const template of templatesJudgedBy(person, deps)) judge(template, deps);
    }
  });
}

function templatesJudgedBy(person: Person, deps: Deps): Set<Template> {
  const judged = new Set<Template>();
  for (const chat of deps.chats.chatsOf(person.id)) {
    const last = chat.messages.findLast((message) => message.from === 'business');
    const template = last && templateOf(last, deps);
    if (template) judged.add(template);
  }
  return judged;
}

/** Only what was sent after the last change counts: a template that was paused begins anew. */
function judge(template: Template, deps: Deps): void {
  const { chats, clock, people, settings, templateLife } = deps;
  if (template.status !== 'APPROVED') return;
  const since = Math.max(clock.now() - WEEK_MS, template.quality.at);
  let readers = 0;
  let blocks = 0;
  for (const message of chats.all()) {
    if (message.from !== 'business' || message.at < since || message.status === 'failed') continue;
    if (templateOf(message, deps) !== template) continue;
    readers++;
    if (people.find(message.person_id)?.blocked) blocks++;
  }
  const score = scoreOf({ readers, blocks }, settings);
  if (score !== undefined && score !== template.quality.score) templateLife.setQuality(template, score);
}

function templateOf(message: Message, { credentials, templates }: Deps): Template | undefined {
  const { template: sent } = message.content;
  if (!isObject(sent)) return undefined;
  const { language, name } = sent;
  const wabaId = findNumber(credentials, message.phone_number_id)?.waba_id;
  const code = isObject(language) ? shown(language['code'] ?? '') : '';
  return templates.find(shown(name ?? ''), code, wabaId);
}

/** The quality by the part of the readers who blocked the business; undefined while there are too few of them. */
export function scoreOf(
  { readers, blocks }: { readers: number; blocks: number },
  rules: Pick<Settings, 'feedback_least_messages' | 'feedback_yellow_percent' | 'feedback_red_percent'>,
): QualityScore | undefined {
  if (readers < rules.feedback_least_messages) return undefined;
  const percent = (blocks * 100) / readers;
  if (percent >= rules.feedback_red_percent) return 'RED';
  return percent >= rules.feedback_yellow_percent ? 'YELLOW' : 'GREEN';
}
