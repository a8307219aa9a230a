import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { list, object, optional, text, word } from './reading.ts';

/** The key that flows encrypt for the business with. It is signed anew, and so uploaded again, after each registration. */
const encryptionKey = object({
  businessPublicKey: optional(text),
  businessPublicKeySignatureStatus: optional(word),
});
export interface EncryptionKey {
  publicKey: string | null;
  /** MISMATCH: the number was registered again, and the key must be uploaded again. */
  signatureStatus: string | null;
}

export async function getEncryptionKey(account: Account): Promise<EncryptionKey> {
  const { data } = await askGraph(account, { path: edge(account) }, object({ data: list(encryptionKey) }));
  const [key] = data;
  return {
    publicKey: key?.businessPublicKey ?? null,
    signatureStatus: key?.businessPublicKeySignatureStatus ?? null,
  };
}

/** Uploads the public half of an RSA key of 2,048 bits, as PEM. */
export function setEncryptionKey(account: Account, publicKeyPem: string): Promise<void> {
  const form = new URLSearchParams({ business_public_key: publicKeyPem });
  return tellGraph(account, {
    path: edge(account),
    method: 'POST',
    bytes: { contentType: 'application/x-www-form-urlencoded', content: Buffer.from(form.toString()) },
  });
}

function edge(account: Account): string {
  return pathOf(account.senderExternalId, 'whatsapp_business_encryption');
}
