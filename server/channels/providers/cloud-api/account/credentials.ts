import type { AccountAccess, AccountReport, CredentialCheck, ProviderCalls } from '#channels/provider-account.ts';
import { Fault } from '#platform/fault.ts';
import { isProofRefused } from '#channels/providers/cloud-api/app-secret-proof.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { callGraph, type GraphAnswer } from './graph.ts';

const neededPermissions = ['whatsapp_business_messaging', 'whatsapp_business_management'];

/**
 * Tries each credential against the API: can the token see the number and the business account, does the number belong
 * to it, has the token the permissions, are the app secrets right, do webhooks come here. About six calls, read only.
 */
export async function checkCredentials(
  calls: ProviderCalls,
  access: AccountAccess,
  callbackUrl: string | null,
): Promise<AccountReport> {
  const { settings, senderExternalId } = access;
  const account = encodeURIComponent(settings.businessAccountId);
  const number = await callGraph(calls, access, {
    path: `${encodeURIComponent(senderExternalId)}?fields=id,display_phone_number,verified_name,status,throughput`,
  });
  if (!number.ok && (number.error === null || isTokenError(number))) {
    // Nothing else can be asked: either nobody answers there, or the token does not work.
    return {
      checks: [{ name: number.error === null ? 'reach' : 'access_token', ok: false, message: tokenAdvice(number) }],
    };
  }
  if (!number.ok && number.error !== null && isProofRefused(number.error)) {
    // Every further call would be refused for the same reason.
    const advice = 'Copy it from App settings, Basic, of that app.';
    return {
      checks: [
        {
          name: 'app_secret',
          ok: false,
          message: `The app secret does not fit the app of the access token. ${number.words} ${advice}`,
        },
      ],
    };
  }
  const checks: CredentialCheck[] = [
    { name: 'access_token', ok: true, message: 'The access token works.' },
    numberCheck(number, senderExternalId),
  ];
  const owner = await callGraph(calls, access, { path: `${account}?fields=id,name` });
  checks.push(accountCheck(owner));
  if (owner.ok && number.ok) checks.push(await belongsCheck(calls, access));

  const token = await callGraph(calls, access, {
    path: `debug_token?input_token=${encodeURIComponent(access.secrets.accessToken)}`,
  });
  const tokenFields = token.ok && isFields(token.fields['data']) ? token.fields['data'] : undefined;
  checks.push(permissionCheck(token, tokenFields));
  const appId = settings.appId ?? textOf(tokenFields?.['app_id'], 100);
  checks.push(...(await secretChecks(calls, access, appId)));
  if (owner.ok) checks.push(await webhookCheck(calls, access, appId, callbackUrl));
  return {
    checks,
    ...(appId === undefined ? undefined : { appId }),
    ...(number.ok ? describeNumber(number.fields) : undefined),
  };
}

/** Subscribes the app to the account, with this server's own address for the account's webhooks. */
export async function subscribe(calls: ProviderCalls, access: AccountAccess, callbackUrl: string): Promise<void> {
  const answer = await callGraph(calls, access, {
    path: `${encodeURIComponent(access.settings.businessAccountId)}/subscribed_apps`,
    method: 'POST',
    body: { override_callback_uri: callbackUrl, verify_token: access.secrets.verifyToken },
  });
  if (answer.ok) return;
  throw new Fault('upstream_failed', {
    detail: `The webhooks could not be subscribed. ${answer.words} Meta calls ${callbackUrl} while it does this, so the address must be reachable from the internet over https.`,
  });
}

function isTokenError(answer: GraphAnswer): boolean {
  return !answer.ok && (answer.error?.code === '190' || answer.error?.code === '0' || answer.error?.code === '102');
}

function tokenAdvice(answer: GraphAnswer): string {
  if (answer.ok) return '';
  if (answer.error === null) return answer.words;
  return `${answer.words} Create a system user token that does not expire (Business settings, System users) and use it.`;
}

function numberCheck(answer: GraphAnswer, id: string): CredentialCheck {
  const name = 'phone_number_id';
  if (!answer.ok) {
    const advice =
      'Copy the phone number id from WhatsApp Manager (it is not the phone number), and share the account with the system user of the token.';
    return { name, ok: false, message: `The number ${id} cannot be seen. ${answer.words} ${advice}` };
  }
  const status = textOf(answer.fields['status'], 100);
  if (status !== undefined && status !== 'CONNECTED') {
    return {
      name,
      ok: false,
      message: `The number has the status ${status}; only a CONNECTED one can send. Register or verify it in WhatsApp Manager.`,
    };
  }
  return { name, ok: true, message: `The number is ${textOf(answer.fields['display_phone_number'], 100) ?? id}.` };
}

function accountCheck(answer: GraphAnswer): CredentialCheck {
  const name = 'business_account_id';
  if (!answer.ok) {
    return {
      name,
      ok: false,
      message: `The business account cannot be seen. ${answer.words} Copy the id of the WhatsApp Business Account, and share it with the system user of the token.`,
    };
  }
  return { name, ok: true, message: `The business account is ${textOf(answer.fields['name'], 200) ?? 'there'}.` };
}

async function belongsCheck(calls: ProviderCalls, access: AccountAccess): Promise<CredentialCheck> {
  const name = 'number_of_account';
  const account = encodeURIComponent(access.settings.businessAccountId);
  let after = '';
  // An account has 20 numbers unless Meta gave it more, so a page is nearly always enough.
  for (let page = 0; page < 10; page++) {
    const answer = await callGraph(calls, access, { path: `${account}/phone_numbers?fields=id&limit=100${after}` });
    if (!answer.ok)
      return { name, ok: false, message: `The numbers of the business account cannot be listed. ${answer.words}` };
    const numbers = Array.isArray(answer.fields['data']) ? answer.fields['data'].filter(isFields) : [];
    if (numbers.some((number) => textOf(number['id']) === access.senderExternalId)) {
      return { name, ok: true, message: 'The number belongs to the business account.' };
    }
    const next = nextPage(answer.fields);
    if (next === undefined) break;
    after = `&after=${encodeURIComponent(next)}`;
  }
  return {
    name,
    ok: false,
    message:
      'The number belongs to another business account. Use the id of the account that the number is listed under.',
  };
}

function nextPage(fields: Fields): string | undefined {
  const paging = isFields(fields['paging']) ? fields['paging'] : undefined;
  const cursors = isFields(paging?.['cursors']) ? paging['cursors'] : undefined;
  return paging?.['next'] === undefined ? undefined : textOf(cursors?.['after'], 1000);
}

function permissionCheck(answer: GraphAnswer, token: Fields | undefined): CredentialCheck {
  const name = 'permissions';
  if (!answer.ok || !token)
    return {
      name,
      ok: false,
      message: `The permissions of the token cannot be read. ${answer.ok ? '' : answer.words}`.trim(),
    };
  const scopes = Array.isArray(token['scopes']) ? token['scopes'] : [];
  const missing = neededPermissions.filter((permission) => !scopes.includes(permission));
  if (missing.length > 0)
    return {
      name,
      ok: false,
      message: `The token lacks ${missing.join(' and ')}. Create it again with these permissions.`,
    };
  const expires = token['expires_at'];
  if (typeof expires === 'number' && expires > 0) {
    const day = Temporal.Instant.fromEpochMilliseconds(expires * 1000)
      .toString()
      .slice(0, 10);
    return {
      name,
      ok: true,
      message: `The token has the permissions it needs, but expires on ${day}. A system user token can be made to never expire.`,
    };
  }
  return { name, ok: true, message: 'The token has the permissions it needs.' };
}

/** An app secret shows that it is right only by making the app's own token, `app id|secret`, work. */
async function secretChecks(
  calls: ProviderCalls,
  access: AccountAccess,
  appId: string | undefined,
): Promise<CredentialCheck[]> {
  const { appSecrets, accessToken } = access.secrets;
  if (appSecrets.length === 0) {
    return [
      {
        name: 'app_secret',
        ok: false,
        message:
          'There is no app secret. Without it nobody can tell whether a webhook is from Meta, so it is mandatory (App settings, Basic).',
      },
    ];
  }
  if (appId === undefined) {
    return [
      {
        name: 'app_secret',
        ok: false,
        message: 'The app secret cannot be tried, because the app id is not known. Give the app id too.',
      },
    ];
  }
  return Promise.all(
    appSecrets.map(async (secret, index) => {
      const answer = await callGraph(calls, access, {
        path: `debug_token?input_token=${encodeURIComponent(accessToken)}`,
        app: { token: `${appId}|${secret}`, secret },
      });
      const which = appSecrets.length === 1 ? 'The app secret' : `App secret ${index + 1}`;
      if (answer.ok) return { name: 'app_secret', ok: true, message: `${which} is right.` };
      // The older of two is there for webhooks signed before the change; the app may know only the newer by now.
      if (index > 0) {
        const message = `${which} no longer fits the app. Drop it when webhooks signed with the new one arrive.`;
        return { name: 'app_secret', ok: true, message };
      }
      return {
        name: 'app_secret',
        ok: false,
        message: `${which} does not fit the app ${appId}. ${answer.words} Copy it from App settings, Basic.`,
      };
    }),
  );
}

async function webhookCheck(
  calls: ProviderCalls,
  access: AccountAccess,
  appId: string | undefined,
  callbackUrl: string | null,
): Promise<CredentialCheck> {
  const name = 'webhooks';
  const answer = await callGraph(calls, access, {
    path: `${encodeURIComponent(access.settings.businessAccountId)}/subscribed_apps`,
  });
  if (!answer.ok) return { name, ok: false, message: `The subscribed apps cannot be read. ${answer.words}` };
  const apps = Array.isArray(answer.fields['data']) ? answer.fields['data'].filter(isFields) : [];
  const app = apps.find((entry) => {
    const description = isFields(entry['whatsapp_business_api_data']) ? entry['whatsapp_business_api_data'] : {};
    return appId === undefined || textOf(description['id']) === appId;
  });
  if (!app)
    return {
      name,
      ok: false,
      message: 'The app is not subscribed to the business account, so no webhooks come. Subscribe it.',
    };
  const override = textOf(app['override_callback_uri'], 300);
  if (callbackUrl !== null && override !== undefined && override !== callbackUrl) {
    return {
      name,
      ok: false,
      message: `Webhooks of this account go to ${override}. Subscribe again to have them come here.`,
    };
  }
  return {
    name,
    ok: true,
    message:
      override === undefined
        ? 'The app is subscribed; webhooks go to the address in the app dashboard.'
        : 'Webhooks come here.',
  };
}

function describeNumber(number: Fields): Pick<AccountReport, 'phone' | 'displayName' | 'throughputPerSecond'> {
  const digits = (textOf(number['display_phone_number'], 100) ?? '').replaceAll(/\D/g, '');
  const displayName = textOf(number['verified_name'], 200);
  const level = isFields(number['throughput']) ? number['throughput']['level'] : undefined;
  return {
    ...(/^[1-9]\d{5,14}$/.test(digits) ? { phone: `+${digits}` } : undefined),
    ...(displayName === undefined ? undefined : { displayName }),
    ...(level === 'HIGH' ? { throughputPerSecond: 1000 } : undefined),
  };
}
