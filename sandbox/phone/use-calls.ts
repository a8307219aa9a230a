import { useCallback, useEffect, useState } from 'react';
import { actOnCall, listCalls, startCall, type Call, type CallAction } from './api.ts';
import { useLive, type LiveEvent } from './live.tsx';

export interface PersonCalls {
  calls: readonly Call[];
  /** Why the last try to call, accept or decline came to nothing. */
  problem: string | undefined;
  start: (chatId: string, payload?: string) => void;
  act: (callId: string, action: CallAction) => void;
  forgetProblem: () => void;
}

/** The calls of a person with every business, oldest first, kept up to date. */
export function useCalls(personId: string | undefined): PersonCalls {
  const [calls, setCalls] = useState<readonly Call[]>([]);
  const [problem, setProblem] = useState<string>();
  const take = useCallback((call: Call) => setCalls((now) => withCall(now, call)), []);
  const read = useCallback(() => {
    if (personId === undefined) return;
    // The list of chats says that the sandbox does not answer.
    listCalls(personId).then(
      ({ data }) => setCalls(data),
      () => undefined,
    );
  }, [personId]);
  useEffect(read, [read]);
  const onEvent = useCallback(
    (event: LiveEvent) => {
      if (event.kind === 'ready') read();
      else if (event.kind === 'call' && event.call.person_id === personId) take(event.call);
    },
    [read, take, personId],
  );
  useLive(onEvent);
  const follow = useCallback(
    (change: Promise<Call>) => {
      setProblem(undefined);
      change.then(take, (error: Error) => setProblem(error.message));
    },
    [take],
  );
  const start = useCallback(
    (chatId: string, payload?: string) => {
      if (personId !== undefined) follow(startCall(personId, chatId, payload));
    },
    [personId, follow],
  );
  const act = useCallback((callId: string, action: CallAction) => follow(actOnCall(callId, action)), [follow]);
  const forgetProblem = useCallback(() => setProblem(undefined), []);
  return { calls, problem, start, act, forgetProblem };
}

// Events and answers overtake each other: a call does not go back.
const order = { ringing: 0, connected: 1, ended: 2 };

function withCall(calls: readonly Call[], call: Call): readonly Call[] {
  const index = calls.findIndex(({ id }) => id === call.id);
  const known = calls[index];
  if (!known) return [...calls, call];
  return order[known.state] > order[call.state] ? calls : calls.with(index, call);
}
