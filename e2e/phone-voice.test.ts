import { expect, it } from 'vitest';
import { PhoneUnderTest } from './phone-under-test.ts';

// A microphone that beeps, and no question whether it may be used.
const under = PhoneUnderTest.ofFile({
  args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
});

it('a voice message is recorded, sent as Ogg with Opus, and can be played in the chat', async () => {
  const { page, phone } = await under.openPhone();
  await page.getByRole('button', { name: 'Record a voice message' }).click();
  await page.getByRole('timer').getByText('0:01').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').getByLabel('As a voice message').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  const { audio } = await under.inbound(phone, 'audio');
  expect(audio).toMatchObject({ mime_type: 'audio/ogg; codecs=opus', voice: true });
  const player = page.locator('article audio');
  await expect
    .poll(() => player.evaluate((element) => (element as unknown as { duration: number }).duration))
    .toBeGreaterThan(0.5);
});
