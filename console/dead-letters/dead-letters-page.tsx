import { Button, Center, Group, Text } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { wordsOf } from '#api.ts';
import { Ago } from '#shell/instant.tsx';
import { Empty, Failure, Loading } from '#shell/states.tsx';
import {
  classOf,
  useDeadLetterGroups,
  useDeadLetters,
  useDiscard,
  useRedrive,
  useRedriveGroup,
  type DeadLetter,
  type DeadLetterGroup,
} from './dead-letters.ts';

const route = getRouteApi('/dead-letters');

/** Messages for which no further attempt is made, by cause. */
export function DeadLettersPage() {
  const { group } = route.useSearch();
  const groups = useDeadLetterGroups();
  useEffect(() => {
    document.title = 'Dead letters · Carillon';
  }, []);
  return (
    <div className="c-page">
      <h1>Dead letters</h1>
      <p className="c-lead">
        Messages that Carillon makes no further attempt for. Nothing here was dropped: each waits for a decision of
        yours.
      </p>
      {groups.isPending ? (
        <Loading what="Reading the dead letters" />
      ) : groups.isError ? (
        <Failure error={groups.error} onRetry={() => void groups.refetch()} />
      ) : groups.data.data.length === 0 ? (
        <Empty title="No dead letters">Every message was delivered, waits, or ended with a decision.</Empty>
      ) : (
        <>
          <h2>By cause</h2>
          <ul className="c-cards" aria-label="Causes">
            {groups.data.data.map((cause) => (
              <li key={cause.fingerprint}>
                <Cause cause={cause} isOpen={cause.fingerprint === group} />
              </li>
            ))}
          </ul>
          <Letters key={group ?? ''} group={group} />
        </>
      )}
    </div>
  );
}

function Cause({ cause, isOpen }: { cause: DeadLetterGroup; isOpen: boolean }) {
  const redrive = useRedriveGroup();
  const count = `${cause.messages} ${cause.messages === 1 ? 'message' : 'messages'}`;
  return (
    <div className={`c-card ${isOpen ? 'c-card-open' : ''}`}>
      <Link
        className="c-card-link"
        to="/dead-letters"
        search={isOpen ? {} : { group: cause.fingerprint }}
        aria-current={isOpen ? 'true' : undefined}
      >
        <strong>
          {cause.title} ({cause.code})
        </strong>
        <Text size="sm" c="dimmed" component="span">
          {classOf(cause.class)}. {count}, first <Ago at={cause.first_at} />, last <Ago at={cause.last_at} />.
        </Text>
      </Link>
      <Group gap="xs">
        {cause.class !== 'unknown' && (
          <Button
            size="xs"
            variant="default"
            loading={redrive.isPending}
            onClick={() => redrive.mutate(cause.fingerprint)}
          >
            Send all again
          </Button>
        )}
        {redrive.isError && (
          <Text size="xs" c="red" role="alert">
            {wordsOf(redrive.error)}
          </Text>
        )}
      </Group>
    </div>
  );
}

function Letters({ group }: { group: string | undefined }) {
  const letters = useDeadLetters(group);
  if (letters.isPending) return <Loading what="Reading the messages" />;
  if (letters.isError) return <Failure error={letters.error} onRetry={() => void letters.refetch()} />;
  const shown = letters.data.pages.flatMap(({ data }) => data);
  return (
    <>
      <h2>{group ? 'Messages with this cause' : 'All messages'}</h2>
      <div className="c-scroll" tabIndex={0} role="region" aria-label="Dead letters">
        <table className="c-table">
          <thead>
            <tr>
              <th scope="col">Message</th>
              <th scope="col">Cause</th>
              <th scope="col">Failures</th>
              <th scope="col">Last</th>
              <th scope="col">What to do</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((letter) => (
              <LetterRow key={letter.message_id} letter={letter} />
            ))}
          </tbody>
        </table>
      </div>
      {letters.hasNextPage && (
        <Center p="md">
          <Button
            variant="default"
            size="xs"
            loading={letters.isFetchingNextPage}
            onClick={() => void letters.fetchNextPage()}
          >
            More
          </Button>
        </Center>
      )}
    </>
  );
}

function LetterRow({ letter }: { letter: DeadLetter }) {
  const redrive = useRedrive();
  const discard = useDiscard();
  const problem = redrive.error ?? discard.error;
  const name = `message ${letter.message_id.slice(-6)}`;
  return (
    <tr>
      <td>
        <Link to="/messages/$messageId" params={{ messageId: letter.message_id }}>
          {letter.type}, {letter.purpose}
        </Link>
        <div className="c-dim">…{letter.message_id.slice(-12)}</div>
      </td>
      <td>
        {letter.title} ({letter.code})<div className="c-dim">{classOf(letter.class)}</div>
      </td>
      <td>{letter.failures}</td>
      <td>
        <Ago at={letter.last_at} />
      </td>
      <td>
        <Group gap={6} wrap="nowrap">
          {letter.class === 'unknown' ? (
            // Sending again may make two: that is decided with the whole story in view.
            <Button
              size="compact-xs"
              variant="default"
              renderRoot={(props) => (
                <Link to="/messages/$messageId" params={{ messageId: letter.message_id }} {...props} />
              )}
            >
              Decide
            </Button>
          ) : (
            <Button
              size="compact-xs"
              variant="default"
              loading={redrive.isPending}
              aria-label={`Send again: ${name}`}
              onClick={() => redrive.mutate({ messageId: letter.message_id })}
            >
              Send again
            </Button>
          )}
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            loading={discard.isPending}
            aria-label={`Discard: ${name}`}
            onClick={() => discard.mutate(letter.message_id)}
          >
            Discard
          </Button>
        </Group>
        {problem && (
          <Text size="xs" c="red" role="alert">
            {wordsOf(problem)}
          </Text>
        )}
      </td>
    </tr>
  );
}
