/** A console session ends this long after it began, whatever happens in between. */
export const sessionSeconds = 12 * 60 * 60;

const name = 'carillon_session';

/** The token of the session cookie, or undefined. Of two cookies with the name neither counts, since one was planted. */
export function readSessionCookie(header: string | undefined): string | undefined {
  if (header === undefined || header.length > 8_192) return undefined;
  const tokens = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [token] = tokens;
  return tokens.length === 1 && token !== undefined && /^[\w-]{43}$/.test(token) ? token : undefined;
}

/** The Set-Cookie header that starts a session. No script can read the cookie, no other site makes a browser send it. */
export function sessionCookie(token: string, isSecure: boolean): string {
  return `${name}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${sessionSeconds}${isSecure ? '; Secure' : ''}`;
}

/** The Set-Cookie header that ends it. */
export function endedSessionCookie(isSecure: boolean): string {
  return `${name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0${isSecure ? '; Secure' : ''}`;
}

export type RequestOrigin = {
  method: string;
  origin: string | undefined;
  fetchSite: string | undefined;
  host: string | undefined;
};

/** Whether a request with a cookie comes from a page of ours. Browsers tell the origin with every request that changes
 *  something, so one that does not tell is refused. */
export function isSameSite({ method, origin, fetchSite, host }: RequestOrigin, publicUrl: string | undefined): boolean {
  if (method === 'GET' || method === 'HEAD') return fetchSite === undefined || fetchSite !== 'cross-site';
  if (fetchSite !== undefined && fetchSite !== 'same-origin') return false;
  if (origin === undefined) return fetchSite === 'same-origin';
  if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return true;
  return host !== undefined && URL.parse(origin)?.host === host;
}
