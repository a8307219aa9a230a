import { createHmac } from 'node:crypto';
import { MetaReceiver } from '#e2e/real-clients/meta-receiver.ts';

const verifyToken = 'a-word-of-the-receiver';
const appSecret = 'a-secret-of-the-receiver';

/** Those to whom webhooks are sent on while a scenario wants that, one for each of the two workspaces, and all they ever got. */
export class ForwardingReceivers {
  readonly taken: { body: string; isSigned: boolean }[] = [];
  readonly takenNextDoor: { body: string }[] = [];

  /** What is to be set as forwarding, for the workspace under load and for its neighbour. Both are closed at the end. */
  async open(): Promise<{
    own: { url: string; verify_token: string; app_secret: string };
    nextDoor: { url: string; verify_token: string; app_secret: string };
    targets: string[];
    refuse: (times: number) => void;
    close: () => Promise<void>;
  }> {
    const [own, nextDoor] = await Promise.all([MetaReceiver.listen(verifyToken), MetaReceiver.listen(verifyToken)]);
    const words = { verify_token: verifyToken, app_secret: appSecret };
    return {
      own: { url: own.url, ...words },
      nextDoor: { url: nextDoor.url, ...words },
      targets: [own, nextDoor].map(({ port }) => `127.0.0.1:${port}`),
      refuse: (times) => void own.answers.push(...Array.from({ length: times }, () => 500)),
      close: async () => {
        await Promise.all([own[Symbol.asyncDispose](), nextDoor[Symbol.asyncDispose]()]);
        for (const { body, signature } of own.webhooks) {
          const right = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
          this.taken.push({ body: body.toString('utf8'), isSigned: signature === right });
        }
        this.takenNextDoor.push(...nextDoor.webhooks.map(({ body }) => ({ body: body.toString('utf8') })));
      },
    };
  }
}
