import { useEffect, useState } from 'react';
import { Dialog } from '@carillon/message-view/dialog.tsx';
import { cleanName } from '@carillon/message-view/shorten.ts';
import { useNavigation } from './address.ts';
import { joinGroup, leaveGroup, listGroups, type Group } from './api.ts';

/** What a link into a group opens: the way in, or to ask for it. */
export function JoinSheet({ personId, link, onClose }: { personId: string; link: string; onClose: () => void }) {
  const { place, goTo } = useNavigation();
  const [group, setGroup] = useState<Group | 'none'>();
  const [problem, setProblem] = useState<string>();
  const [hasAsked, setAsked] = useState(false);
  useEffect(() => {
    const isMeant = ({ id, invite_link }: Group) => link === invite_link || link.endsWith(`/${id}`);
    listGroups().then(
      ({ data }) => setGroup(data.find(isMeant) ?? 'none'),
      (error: Error) => setProblem(error.message),
    );
  }, [link]);
  const join = (): void => {
    setProblem(undefined);
    joinGroup(personId, link).then(
      ({ group_id: chat, join_request_id: requestId }) => {
        if (requestId !== null) setAsked(true);
        else goTo({ ...place, chat });
      },
      (error: Error) => setProblem(error.message),
    );
  };
  return (
    <Dialog title="Join a group" onClose={onClose}>
      <div className="ph-sheet">
        {group === undefined && !problem && <p role="status">Looking for the group …</p>}
        {group === 'none' && <p role="alert">This link leads to no group. It may have been reset.</p>}
        {group !== undefined && group !== 'none' && (
          <>
            <p>
              <strong dir="auto">{cleanName(group.subject)}</strong>
            </p>
            {group.description && <p dir="auto">{group.description}</p>}
            {hasAsked ? (
              <p role="status">You asked to join. The group appears among your chats when the business lets you in.</p>
            ) : (
              <button type="button" className="ph-button" onClick={join}>
                Join
              </button>
            )}
          </>
        )}
        {problem && (
          <p className="ph-banner ph-banner-bad" role="alert">
            {problem}
          </p>
        )}
      </div>
    </Dialog>
  );
}

/** Asks once more: what was said there is not on this phone any more. */
export function LeaveSheet({
  personId,
  groupId,
  subject,
  onClose,
}: {
  personId: string;
  groupId: string;
  subject: string;
  onClose: () => void;
}) {
  const { place, goTo } = useNavigation();
  const [problem, setProblem] = useState<string>();
  const leave = (): void => {
    leaveGroup(personId, groupId).then(
      () => goTo(place.person === undefined ? {} : { person: place.person }),
      (error: Error) => setProblem(error.message),
    );
  };
  return (
    <Dialog title={`Leave ${cleanName(subject)}?`} onClose={onClose}>
      <div className="ph-sheet">
        <p>The business is told. You can come back with the link.</p>
        {problem && (
          <p className="ph-banner ph-banner-bad" role="alert">
            {problem}
          </p>
        )}
        <div className="ph-buttons">
          <button type="button" className="ph-button" onClick={leave}>
            Leave
          </button>
          <button type="button" className="ph-link" onClick={onClose}>
            Stay
          </button>
        </div>
      </div>
    </Dialog>
  );
}
