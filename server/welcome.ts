import type { SandboxChild } from './sandbox-child.ts';

/** Says where everything is: one JSON line on standard output for programs, and words on standard error for people. */
export function welcome(parts: {
  address: string;
  sandbox: SandboxChild | null;
  apiKey: string | null;
  /** Named in the curl line when the workspace has other senders beside the sandbox's. */
  senderId: string | null;
}): void {
  const { address, sandbox } = parts;
  const ready = {
    event: 'ready',
    api: address,
    console: `${address}/console/`,
    health: `${address}/health`,
    openapi: `${address}/openapi.json`,
    ...(sandbox ? { sandbox: sandbox.address, phone: sandbox.phone } : {}),
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  const sender = parts.senderId ? `"sender_id":"${parts.senderId}",` : '';
  const key = parts.apiKey ?? '<your API key>';
  const lines = [
    '',
    '  Carillon is running.',
    '',
    `    Console   ${ready.console}`,
    `    API       ${address}   (openapi.json, health)`,
    ...(sandbox ? [`    Phone     ${sandbox.phone}   (a simulated WhatsApp: be the customer)`] : []),
    `    API key   ${parts.apiKey ?? 'the first key was revoked; use another one'}`,
    '',
  ];
  if (sandbox) {
    lines.push(
      '  Send a message, and see it arrive on the phone:',
      '',
      `    curl -s ${address}/v1/messages -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' -H "Idempotency-Key: $(date +%s%N)" \\`,
      `      -d '{"to":"+15550001111",${sender}"purpose":"transactional","content":{"type":"template","template":{"name":"hello_world","language":{"code":"en_US"}}}}'`,
      '',
      '  Answer on the phone, then look at the console. Ctrl-C ends everything.',
    );
  } else {
    lines.push('  Connect a WhatsApp number: npx carillon connections add whatsapp-cloud');
  }
  process.stderr.write(`${lines.join('\n')}\n\n`);
}
