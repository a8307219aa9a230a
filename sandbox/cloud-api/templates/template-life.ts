import type { Settings } from '#control/settings.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import type { QualityScore, Template, TemplateDefinition, Templates } from '#cloud-api/templates.ts';
import { reviewOf } from './review.ts';
import {
  categoryChangedValue,
  categoryDetectedValue,
  categoryNoticeValue,
  componentsValue,
  inLanguageForm,
  qualityValue,
  statusValue,
} from './template-updates.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  templates: Templates;
  webhooks: WebhookQueue;
  /** Whether the account may create no utility templates at present. */
  isUtilityBlocked: (wabaId: string) => boolean;
}

export type PacingEnd = 'released' | 'dropped';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long a template is paused the first and the second time. The third time it is disabled. */
const PAUSES = [
  { title: 'FIRST_PAUSE', hours: 3 },
  { title: 'SECOND_PAUSE', hours: 6 },
] as const;
const ARCHIVE_DAYS = 28;
const FLAGGED_DAYS = 7;

/** What happens to templates over time, each step with its webhook. What is still to come stands in the template
 *  itself, so that a restart goes on where the killed process stopped. */
export class TemplateLife {
  readonly #deps: Deps;
  /** Called when the assessment of a template ends, for the messages that were held for it. */
  onPacingEnd: (template: Template, end: PacingEnd) => void = () => undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Takes up reviews, pauses and archives of an earlier run. */
  resume(): void {
    for (const template of this.#deps.templates.list()) {
      this.#reviewWhenDue(template);
      this.#unpauseWhenDue(template);
      this.#changeCategoryWhenDue(template);
      this.#deleteArchivedWhenDue(template);
    }
  }

  /** Puts a new or edited template in review. */
  startReview(template: Template): void {
    const { clock, settings, templates } = this.#deps;
    const reviewMs = settings.template_review_seconds * 1000 * settings.delay_factor;
    Object.assign(template, { status: 'PENDING', rejected_reason: 'NONE', review_ends_at: clock.now() + reviewMs });
    templates.save(template);
    this.#reviewWhenDue(template);
  }

  /** Changes the status and tells the business. `reason` is one of Meta's reasons of rejection. */
  setStatus(
    template: Template,
    status: string,
    reason = 'NONE',
    more: Parameters<typeof statusValue>[3] = {},
    event = status,
  ): void {
    const { clock, templates } = this.#deps;
    Object.assign(template, { status, rejected_reason: status === 'REJECTED' ? reason : 'NONE', review_ends_at: null });
    if (status !== 'PAUSED') template.paused_until = null;
    template.archived_at = status === 'ARCHIVED' ? clock.now() : null;
    templates.save(template);
    this.#tell(template, 'message_template_status_update', statusValue(template, event, reason, more));
    this.#deleteArchivedWhenDue(template);
  }

  /** What its readers did changes the quality of a template; RED pauses it. */
  setQuality(template: Template, score: QualityScore): void {
    const { clock, templates } = this.#deps;
    const previous = template.quality.score;
    template.quality = { score, at: clock.now() };
    templates.save(template);
    if (previous !== score) this.#tell(template, 'message_template_quality_update', qualityValue(template, previous));
    if (score === 'RED' && template.status === 'APPROVED') this.pause(template);
  }

  /** Pauses for 3 hours, then for 6, then disables. */
  pause(template: Template): void {
    const { clock } = this.#deps;
    const step = PAUSES[template.pauses];
    template.pauses++;
    if (!step) {
      this.disable(template);
      return;
    }
    template.paused_until = clock.now() + step.hours * HOUR_MS;
    const description = `Your template has been paused for ${step.hours} hours, because its quality was low.`;
    this.setStatus(template, 'PAUSED', 'NONE', { title: step.title, description });
    this.#unpauseWhenDue(template);
  }

  disable(template: Template): void {
    const description = 'Your template has been disabled, because its quality stayed low.';
    this.setStatus(template, 'DISABLED', 'NONE', {
      title: 'DISABLED',
      description,
      disabledAt: this.#deps.clock.now(),
    });
  }

  /** Says that the template is going to be disabled. */
  flag(template: Template): void {
    this.setStatus(template, 'FLAGGED', 'NONE', { disabledAt: this.#deps.clock.now() + FLAGGED_DAYS * DAY_MS });
  }

  /** Gives false for a template that is not paused. */
  unpause(template: Template): boolean {
    if (template.status !== 'PAUSED') return false;
    template.quality = { score: 'UNKNOWN', at: this.#deps.clock.now() };
    this.setStatus(template, 'APPROVED', 'NONE', { title: 'UNPAUSE', description: 'Your template is active again.' });
    return true;
  }

  /** Starts the assessment: sends are held. */
  hold(template: Template): void {
    template.pacing = 'holding';
    this.#deps.templates.save(template);
  }

  /** Ends the assessment. After `dropped` the template stays paused until it is unpaused by hand. */
  endPacing(template: Template, end: PacingEnd): void {
    if (template.pacing !== 'holding') return;
    template.pacing = 'none';
    this.#deps.templates.save(template);
    if (end === 'dropped') {
      const description = 'Your template has been paused, because its first messages were not well received.';
      this.setStatus(template, 'PAUSED', 'NONE', { title: 'RATE_LIMITING_PAUSE', description });
    }
    this.onPacingEnd(template, end);
  }

  /** WhatsApp finds that the category is wrong: told at once, changed after `delayMs`. */
  correctCategory(template: Template, category: TemplateDefinition['category'], delayMs: number): void {
    const { clock, templates } = this.#deps;
    template.correct_category = category;
    template.category_changes_at = clock.now() + delayMs;
    templates.save(template);
    this.#tell(template, 'template_correct_category_detection', categoryDetectedValue(template));
    if (delayMs > 0) this.#tell(template, 'template_category_update', categoryNoticeValue(template));
    this.#changeCategoryWhenDue(template);
  }

  tellComponents(template: Template): void {
    this.#tell(template, 'message_template_components_update', componentsValue(template));
  }

  #tell(template: Template, field: string, value: Record<string, unknown>): void {
    const { settings, webhooks } = this.#deps;
    webhooks.tellAccount(template.waba_id, field, inLanguageForm(value, settings));
  }

  /** Runs `deed` at `atMs` unless the template is gone by then. */
  #when(atMs: number, template: Template, deed: () => void): void {
    const { clock, templates } = this.#deps;
    clock.at(atMs, () => {
      if (templates.findById(template.id) === template) deed();
    });
  }

  #reviewWhenDue(template: Template): void {
    const dueAt = template.review_ends_at;
    if (dueAt === null) return;
    // It may have been decided by hand, or put in review once more, in the meantime.
    this.#when(dueAt, template, () => {
      if (template.review_ends_at === dueAt && template.status === 'PENDING') this.#review(template);
    });
  }

  #review(template: Template): void {
    const { settings, templates, isUtilityBlocked } = this.#deps;
    const verdict = reviewOf(template, templates.list(template.waba_id), {
      utilityWithMarketing: settings.utility_with_marketing,
      isUtilityBlocked: isUtilityBlocked(template.waba_id),
    });
    if (verdict.status === 'APPROVED') this.setStatus(template, 'APPROVED');
    else this.setStatus(template, 'REJECTED', verdict.reason, verdict);
  }

  #unpauseWhenDue(template: Template): void {
    const dueAt = template.paused_until;
    if (dueAt === null) return;
    this.#when(dueAt, template, () => {
      if (template.paused_until === dueAt) this.unpause(template);
    });
  }

  #changeCategoryWhenDue(template: Template): void {
    const dueAt = template.category_changes_at;
    if (dueAt === null) return;
    this.#when(dueAt, template, () => {
      const { correct_category: correct } = template;
      if (template.category_changes_at !== dueAt || correct === null) return;
      template.previous_category = template.category;
      template.category = correct as TemplateDefinition['category'];
      Object.assign(template, { correct_category: null, category_changes_at: null });
      this.#deps.templates.save(template);
      this.#tell(template, 'template_category_update', categoryChangedValue(template));
    });
  }

  #deleteArchivedWhenDue(template: Template): void {
    const { archived_at: archivedAt } = template;
    if (archivedAt === null) return;
    this.#when(archivedAt + ARCHIVE_DAYS * DAY_MS, template, () => {
      if (template.archived_at !== archivedAt) return;
      this.#deps.templates.remove(template);
      this.#tell(template, 'message_template_status_update', statusValue(template, 'DELETED', 'NONE'));
    });
  }
}
