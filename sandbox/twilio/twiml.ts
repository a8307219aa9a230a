/** A message that the answer to a webhook asks for. */
export interface AnswerMessage {
  body: string;
  mediaUrls: string[];
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** What Twilio sends for an answer: each `<Message>` of a document, or the whole of a plain text. An empty `<Response/>`
 *  asks for nothing, and what is neither is only an entry in Twilio's own log. */
export function messagesIn(contentType: string, answer: string): AnswerMessage[] {
  const type = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
  if (type === 'text/plain') return answer.trim() === '' ? [] : [{ body: answer, mediaUrls: [] }];
  if (!['text/xml', 'application/xml', 'text/html'].includes(type)) return [];
  return Array.from(answer.matchAll(/<Message\b[^>]*>(.*?)<\/Message\s*>/gs), ([, inside = '']) => {
    const bodies = Array.from(inside.matchAll(/<Body\b[^>]*>(.*?)<\/Body\s*>/gs), ([, text = '']) => text);
    const mediaUrls = Array.from(inside.matchAll(/<Media\b[^>]*>(.*?)<\/Media\s*>/gs), ([, url = '']) => plain(url));
    const body = bodies.length > 0 ? bodies.join('') : inside.replaceAll(/<Media\b.*?<\/Media\s*>/gs, '');
    return { body: plain(body), mediaUrls };
  }).filter(({ body, mediaUrls }) => body !== '' || mediaUrls.length > 0);
}

function plain(xml: string): string {
  return xml
    .replaceAll(/<!\[CDATA\[(.*?)\]\]>/gs, '$1')
    .replaceAll(/&(?:(\w+)|#(\d+)|#x([\da-f]+));/gi, (whole, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0x10_ff_ff ? whole : String.fromCodePoint(code);
    })
    .trim();
}
