import { confirm, isCancel, password, text } from '@clack/prompts';
import { GivenUp } from './failure.ts';
import type { Output } from './output.ts';
import { UsageProblem } from './settings.ts';

/** Asks before something that cannot be taken back; throws when nobody can be asked and `--yes` was not given. */
export async function confirmed(out: Output, options: { yes?: boolean }, question: string): Promise<void> {
  if (options.yes) return;
  if (!out.isInteractive) throw new UsageProblem(`${question} Give --yes to do it without being asked.`);
  if (!(await answer(confirm({ message: question, initialValue: false, output: process.stderr })))) throw new GivenUp();
}

export function askYes(message: string): Promise<boolean> {
  return answer(confirm({ message, output: process.stderr }));
}

export function askText(message: string, options: { initial?: string; mayBeEmpty?: boolean } = {}): Promise<string> {
  return answer(
    text({
      message,
      output: process.stderr,
      ...(options.initial === undefined ? {} : { initialValue: options.initial }),
      validate: (value) => (value?.trim() || options.mayBeEmpty ? undefined : 'It is needed.'),
    }),
  ).then((value) => (value ?? '').trim());
}

/** What is typed is not shown. */
export function askSecret(message: string, options: { mayBeEmpty?: boolean } = {}): Promise<string> {
  return answer(
    password({
      message,
      output: process.stderr,
      validate: (value) => (value?.trim() || options.mayBeEmpty ? undefined : 'It is needed.'),
    }),
  ).then((value) => (value ?? '').trim());
}

async function answer<Value>(question: Promise<Value>): Promise<Exclude<Value, symbol>> {
  const value = await question;
  if (isCancel(value)) throw new GivenUp();
  return value as Exclude<Value, symbol>;
}
