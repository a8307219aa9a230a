import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { RunningCarillon } from './carillon.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
export type Json = any;

type Api = Pick<RunningCarillon, 'api' | 'apiKey'>;
type Controls = Pick<RunningCarillon, 'sandbox'>;

/** A call with the key of a running Carillon; each write has an idempotency key of its own. An empty answer reads as `{}`. */
export async function callApi(
  { api, apiKey }: Api,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: Json }> {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
  };
  const { status, text } = await request(api + path, method, headers, body);
  return { status, json: text === '' ? {} : JSON.parse(text) };
}

/** The same where anything but success fails the test: what was answered. */
export async function askApi(api: Api, method: string, path: string, body?: unknown): Promise<Json> {
  const { status, json } = await callApi(api, method, path, body);
  expect(status, `${method} ${path}: ${JSON.stringify(json)}`).toBeLessThan(300);
  return json;
}

/** A call to the controls of the sandbox, below `/_sandbox`; anything but success fails the test. */
export async function control({ sandbox }: Controls, method: string, path: string, body?: unknown): Promise<Json> {
  const { status, text } = await request(`${sandbox}/_sandbox${path}`, method, {}, body);
  expect(status, `${method} ${path}: ${text}`).toBeLessThan(300);
  return text === '' ? {} : JSON.parse(text);
}

/** Connects a number for SMS of the sandbox: a second sender beside the first one. */
export async function addSmsSender(carillon: Api & Controls, changes: object = {}): Promise<Json> {
  const { twilio } = await control(carillon, 'GET', '/credentials');
  return askApi(carillon, 'POST', '/v1/connections/twilio', {
    channel: 'sms',
    base_url: twilio.base_url,
    account_sid: twilio.account_sid,
    auth_token: twilio.auth_token,
    sender: twilio.phone_numbers[0].phone_number,
    ...changes,
  });
}

async function request(url: string, method: string, headers: Record<string, string>, body: unknown) {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}
