const mediaPath = /\/Accounts\/(AC[0-9a-fA-F]{32})\/Messages\/([A-Z]{2}[0-9a-fA-F]{32})\/Media\/(ME[0-9a-fA-F]{32})$/;

/** Twilio names a file by its whole address. What is kept is its place below the account, so that it is fetched from where
 *  the connection leads and from nowhere else. Undefined for an address of another form. */
export function mediaIdOf(address: string): string | undefined {
  const [, account, message, media] = mediaPath.exec(URL.parse(address)?.pathname ?? '') ?? [];
  return account && message && media ? `${account}/${message}/${media}` : undefined;
}

/** The path of a file below the base URL; undefined for what is no id of a file. */
export function mediaPathOf(mediaId: string, apiVersion: string): string | undefined {
  const [account = '', message = '', media = '', ...rest] = mediaId.split('/');
  const path = `/Accounts/${account}/Messages/${message}/Media/${media}`;
  return rest.length === 0 && mediaPath.test(path) ? `/${apiVersion}${path}` : undefined;
}
