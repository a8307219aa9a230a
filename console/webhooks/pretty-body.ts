/** The body of a webhook with indents if it is JSON, else as it came. Numbers keep their digits: it is laid out, not read and written. */
export function prettyBody({
  body,
  body_encoding: encoding,
}: {
  body: string;
  body_encoding: 'utf8' | 'base64';
}): string {
  if (encoding === 'base64') return `Not text. In base64:\n${body}`;
  try {
    JSON.parse(body);
  } catch {
    return body;
  }
  return layOut(body);
}

// JSON.parse would round ids of twenty digits, and this is the place where one looks for what really came.
function layOut(json: string): string {
  const parts: string[] = [];
  let depth = 0;
  let previous = '';
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gu)) {
    const opens = token === '{' || token === '[';
    const closes = token === '}' || token === ']';
    if (closes) depth -= 1;
    const isAfterOpening = previous === '{' || previous === '[';
    if ((isAfterOpening && !closes) || (closes && !isAfterOpening) || previous === ',')
      parts.push(`\n${'  '.repeat(depth)}`);
    parts.push(token === ':' ? ': ' : token);
    if (opens) depth += 1;
    previous = token;
  }
  return parts.join('');
}
