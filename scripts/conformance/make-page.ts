import { brokenClaims, unexplained } from './check.ts';
import { endPoints } from './end-points.ts';
import { errorCodes } from './error-codes.ts';
import { knownTests } from './known-tests.ts';
import { receivedMessages, sentMessages } from './messages.ts';
import { conformancePage } from './page.ts';
import { webhookFields } from './webhook-fields.ts';

const sections = [endPoints, sentMessages, receivedMessages, webhookFields, errorCodes];

/** The report. Throws with every claim that does not hold. */
export async function makeConformancePage(): Promise<string> {
  const problems = [...brokenClaims(sections, await knownTests(sections)), ...unexplained(sections)];
  if (problems.length > 0)
    throw new Error(
      `The report of conformance says what is not so:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    );
  return conformancePage(sections);
}
