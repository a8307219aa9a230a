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

it('the business is told when a person listens to its voice message', async () => {
  const { page, phone } = await under.openPhone();
  await page.getByRole('button', { name: 'Record a voice message' }).click();
  await page.getByRole('timer').getByText('0:01').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  // The business sends the person's own recording back: a file that every browser of this test can play.
  const { audio } = (await under.inbound(phone, 'audio')) as { audio: { id: string } };
  const bytes = await fetch(`${under.address}/_sandbox/media/${audio.id}`).then((response) => response.blob());
  const id = await under.upload(new File([bytes], 'voice.ogg', { type: 'audio/ogg; codecs=opus' }));
  const wamid = await under.send(phone, { type: 'audio', audio: { id, voice: true } });
  const player = page.locator(`[data-message="${wamid}"] audio`);
  await player.evaluate((element) => (element as unknown as { play: () => Promise<void> }).play());
  await expect.poll(() => under.toldOf(wamid), { timeout: 15_000 }).toContain('played');
});
