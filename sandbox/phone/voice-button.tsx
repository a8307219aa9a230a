import { useEffect, useRef, useState } from 'react';
import { record, type Recording } from './recorder.ts';

/** Records a voice message: a tap begins, another ends it and gives the file. */
export function VoiceButton({ onRecorded }: { onRecorded: (file: File) => void }) {
  const recording = useRef<Recording>(undefined);
  const [seconds, setSeconds] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const isRecording = seconds !== undefined;
  useEffect(() => () => recording.current?.discard(), []);
  useEffect(() => {
    if (!isRecording) return undefined;
    const timer = window.setInterval(() => setSeconds((now) => (now ?? 0) + 1), 1000);
    return () => window.clearInterval(timer);
  }, [isRecording]);

  const begin = async (): Promise<void> => {
    setProblem(undefined);
    try {
      recording.current = await record();
      setSeconds(0);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const end = async (): Promise<void> => {
    const finished = recording.current;
    recording.current = undefined;
    setSeconds(undefined);
    try {
      if (finished) onRecorded(await finished.finish());
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const discard = (): void => {
    recording.current?.discard();
    recording.current = undefined;
    setSeconds(undefined);
  };

  return (
    <>
      {isRecording ? (
        <div className="ph-recording">
          <span role="timer">
            {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, '0')}
          </span>
          <button type="button" className="ph-link" onClick={discard}>
            Discard
          </button>
          <button type="button" className="ph-button" onClick={() => void end()}>
            Stop
          </button>
        </div>
      ) : (
        <button
          type="button"
          className="ph-icon-button"
          aria-label="Record a voice message"
          title="Record a voice message"
          onClick={() => void begin()}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 4a2.5 2.5 0 0 0-2.5 2.5v5a2.5 2.5 0 0 0 5 0v-5A2.5 2.5 0 0 0 12 4Zm-6 7.5a6 6 0 0 0 12 0M12 17.5V21" />
          </svg>
        </button>
      )}
      {problem && (
        <p className="ph-problem ph-recording-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
