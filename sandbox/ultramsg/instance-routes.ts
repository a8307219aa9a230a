import type { FastifyInstance } from 'fastify';
import { toBuffer } from 'qrcode';
import type { Settings } from '#control/settings.ts';
import { FLAGS, type Instance, type InstanceSettings, STANDARD_SETTINGS, statusOf } from './instance.ts';
import { isOn } from './parameters.ts';
import { type Call, type UltraMsgRouteDeps, answering } from './answering.ts';
import { UltraMsgError, wrongParameters } from './ultramsg-error.ts';

const NUMBERS = ['sendDelay', 'sendDelayMax', 'webhook_retries'] as const;

/** The session of an instance and what it is set to. */
export function instanceRoutes(app: FastifyInstance, deps: UltraMsgRouteDeps): void {
  const { clock, settings, ultramsg } = deps;
  const { instances } = ultramsg;

  answering(app, 'GET', 'instance/status', deps, ({ instance }) => ({ status: { accountStatus: statusOf(instance) } }));

  answering(app, 'GET', 'instance/qr', deps, async ({ instance, reply }) => {
    const code = codeOf(instance, clock.now());
    return reply.type('image/png').send(await toBuffer(code));
  });

  answering(app, 'GET', 'instance/qrCode', deps, ({ instance }) => ({ qrCode: codeOf(instance, clock.now()) }));

  answering(app, 'GET', 'instance/me', deps, ({ instance }) => {
    if (instance.state !== 'authenticated')
      throw new UltraMsgError('not_connected', { error: 'WhatsApp not connected' });
    return { id: `${instance.phone}@c.us`, name: instance.name, is_business: false, profile_picture: '' };
  });

  // A picture of the browser that the instance once was; the newer clients do not ask for it.
  answering(app, 'GET', 'instance/screenshot', deps, async ({ instance, parameters, reply }) => {
    const picture = await toBuffer(statusOf(instance).status);
    if (parameters['encoding'] === 'base64')
      return { screenshot: `data:image/png;base64,${picture.toString('base64')}` };
    return reply.type('image/png').send(picture);
  });

  answering(app, 'GET', 'instance/settings', deps, ({ instance }) => shownSettings(instance.settings, settings));

  answering(app, 'POST', 'instance/settings', deps, ({ instance, parameters }) => {
    instances.change(instance, { settings: changedSettings(instance, parameters, settings) });
    void ultramsg.sending.pump(instance);
    return { success: 'done' };
  });

  // Some clients ask for these by GET, and it is said to work.
  answering(app, 'BOTH', 'instance/restart', deps, ({ instance }) => {
    void ultramsg.sending.pump(instance);
    return { success: 'done' };
  });
  answering(app, 'BOTH', 'instance/takeover', deps, ({ instance }) => {
    if (instance.state === 'standby') instances.change(instance, { state: 'authenticated' });
    void ultramsg.sending.pump(instance);
    return { success: 'done' };
  });
  for (const path of ['instance/logout', 'instance/clear']) {
    answering(app, 'BOTH', path, deps, ({ instance }) => {
      instances.change(instance, { state: 'qr' });
      return { success: 'done' };
    });
  }
}

/** What the phone scans; another one every 20 seconds. */
function codeOf(instance: Instance, now: number): string {
  if (instance.state === 'authenticated') {
    throw new UltraMsgError('authenticated', { error: 'Your instance is already authenticated' });
  }
  return `2@${Buffer.from(`${instance.id} ${Math.floor(now / 20_000)} ${instance.token.slice(0, 4)}`).toString('base64url')}`;
}

function shownSettings(settings: InstanceSettings, { ultramsg_flags: form }: Settings): object {
  const flags = FLAGS.map((flag) => [flag, form === 'booleans' ? settings[flag] : settings[flag] ? 'on' : 'off']);
  return { ...settings, ...Object.fromEntries(flags) };
}

/** What is left out goes back to its standard, as in any full write. */
function changedSettings(
  { settings: before }: Instance,
  parameters: Call['parameters'],
  { ultramsg_settings_write: write }: Settings,
): InstanceSettings {
  const changed: InstanceSettings = write === 'partial' ? { ...before } : { ...STANDARD_SETTINGS };
  for (const name of NUMBERS) {
    const text = parameters[name];
    if (text === undefined || text === '') continue;
    if (!/^\d{1,5}$/.test(text)) throw wrongParameters([[name, 'must be an integer']]);
    changed[name] = Number(text);
  }
  const url = parameters['webhook_url'];
  if (url !== undefined) {
    if (url !== '' && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) {
      throw wrongParameters([['webhook_url', 'is invalid']]);
    }
    changed.webhook_url = url;
  }
  for (const flag of FLAGS) if (parameters[flag] !== undefined) changed[flag] = isOn(parameters[flag]);
  return changed;
}
