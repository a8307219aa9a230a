import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { dataOf } from '@carillon/sdk';
import { api, wordsOf } from '#api.ts';

/** A code is good for half a minute; this one is asked for anew before that. */
const codeMs = 20_000;

/** The phone behind an UltraMsg instance: whether it is linked, what waits for it, and the QR code that links it. */
export function UltramsgPhone({ connectionId: id }: { connectionId: string }) {
  const [isShown, setShown] = useState(false);
  const params = { path: { id } };
  const status = useQuery({
    queryKey: ['ultramsg', id, 'status'],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/connections/{id}/ultramsg/status', { params, signal })),
    refetchInterval: ({ state }) => (isShown && state.data?.linked !== true ? 3_000 : 15_000),
    retry: false,
  });
  const restart = useMutation({
    mutationFn: () => api.POST('/v1/connections/{id}/ultramsg/restart', { params }),
    onSettled: () => status.refetch(),
  });
  const isLinked = status.data?.linked === true;
  return (
    <>
      <h3>Phone</h3>
      {status.isPending && <p className="c-dim">Asking UltraMsg …</p>}
      {status.isError && (
        <Text size="sm" c="red" role="alert">
          {wordsOf(status.error)}
        </Text>
      )}
      {status.data && (
        <ul className="c-checks">
          <li className={isLinked ? 'c-check-done' : 'c-check-open'}>
            {isLinked ? `Linked: ${status.data.phone ?? 'UltraMsg does not say which'}` : status.data.detail}
          </li>
          <li>{waitingWords(status.data.messages.queue)}</li>
        </ul>
      )}
      {isShown && !isLinked && <QrCode connectionId={id} />}
      <Group gap="xs">
        {status.data && !isLinked && (
          <Button size="xs" onClick={() => setShown(!isShown)}>
            {isShown ? 'Hide the QR code' : 'Show the QR code'}
          </Button>
        )}
        <Button size="xs" variant="default" loading={restart.isPending} onClick={() => restart.mutate()}>
          Restart the instance
        </Button>
      </Group>
      {restart.isError && (
        <Text size="sm" c="red" role="alert">
          {wordsOf(restart.error)}
        </Text>
      )}
    </>
  );
}

function QrCode({ connectionId: id }: { connectionId: string }) {
  const code = useQuery({
    queryKey: ['ultramsg', id, 'qr'],
    queryFn: async ({ signal }) => {
      const params = { path: { id } };
      const picture = api.GET('/v1/connections/{id}/ultramsg/qr', { params, parseAs: 'blob', signal });
      return dataUrlOf((await dataOf(picture)) as Blob);
    },
    refetchInterval: codeMs,
    // Whoever has a code can take the instance over: it is not kept when it is not shown.
    gcTime: 0,
    retry: false,
  });
  return (
    <>
      {code.isError && (
        <Text size="sm" c="red" role="alert">
          {wordsOf(code.error)}
        </Text>
      )}
      {code.data !== undefined && (
        <img className="c-qr" src={code.data} width={240} height={240} alt="The QR code that links a phone" />
      )}
      <p className="c-dim">
        On the phone: WhatsApp, Settings, Linked devices, Link a device. Whoever scans it gives their WhatsApp account
        to this instance.
      </p>
    </>
  );
}

function dataUrlOf(picture: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(reader.error ?? new Error('The picture cannot be read.')));
    reader.readAsDataURL(picture);
  });
}

function waitingWords(queue: number | null): string {
  if (queue === null) return 'UltraMsg does not say how many messages wait there.';
  return queue === 1 ? '1 message waits at UltraMsg.' : `${queue} messages wait at UltraMsg.`;
}
