import { parseJsonBody } from '#platform/json-body.ts';
import { formFields } from './form-fields.ts';
import { GraphRefusal } from './graph-error.ts';

/** What in an address is for us, and no parameter of the call. */
const ours = new Set(['access_token', 'appsecret_proof', 'purpose']);

/** The parameters of a call: Graph takes them as JSON, as a form of either kind, and in the address, where those of the
 *  body win. Throws a Fault or a GraphRefusal for a body that cannot be read. */
export async function readBody(raw: Buffer, contentType: string, query: Record<string, string>): Promise<unknown> {
  const inAddress = fieldsOf(Object.entries(query).filter(([name]) => !ours.has(name)));
  if (raw.length === 0 && Object.keys(inAddress).length > 0) return inAddress;
  const body = await bodyOf(raw, contentType);
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...inAddress, ...body } : body;
}

async function bodyOf(raw: Buffer, contentType: string): Promise<unknown> {
  if (/^multipart\/form-data/i.test(contentType)) return fieldsOf(await partsOf(raw, contentType));
  // Those who leave curl its own type for a JSON body mean JSON.
  const isForm =
    /^application\/x-www-form-urlencoded/i.test(contentType) && !/^\s*[[{"]/.test(raw.toString('latin1', 0, 16));
  return isForm ? fieldsOf([...new URLSearchParams(raw.toString('utf8'))]) : parseJsonBody(raw);
}

// A form passes the checks of JSON: neither may bring control characters or names of the language.
function fieldsOf(pairs: [string, string][]): Record<string, unknown> {
  return parseJsonBody(Buffer.from(JSON.stringify(formFields(pairs)))) as Record<string, unknown>;
}

async function partsOf(raw: Buffer, contentType: string): Promise<[string, string][]> {
  try {
    const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': contentType } }).formData();
    return [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  } catch {
    throw new GraphRefusal(100, 'The form cannot be read: it has no boundary, no end, or no form at all.');
  }
}
