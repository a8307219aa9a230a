const paths = {
  messages: 'M4 5h16v11H9l-5 4ZM8 9h8M8 12h5',
  deadLetters: 'M4 7h16v12H4Zm0 0 8 6 8-6M9 16l6-4M9 12l6 4',
  webhooks: 'M9 12a4 4 0 1 0-4 4M15 16h-5M15 8a4 4 0 1 1 2 7',
  connections: 'M9 7V3M15 7V3M6 7h12v4a6 6 0 0 1-12 0ZM12 17v4',
  copy: 'M9 9h11v11H9ZM5 15H4V4h11v1',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  out: 'M14 8V4H4v16h10v-4M10 12h11M18 9l3 3-3 3',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5 19 19M5 19l1.5-1.5M17.5 6.5 19 5',
  moon: 'M20 14.5A8.5 8.5 0 1 1 9.5 4 7 7 0 0 0 20 14.5Z',
  auto: 'M4 5h16v11H4ZM9 20h6M12 16v4',
  keyboard: 'M3 7h18v11H3ZM7 11h.01M11 11h.01M15 11h.01M7 14.5h10',
  refresh: 'M20 11a8 8 0 1 0-1.5 6M20 4v7h-7',
  arrowOut: 'M7 17 17 7M9 7h8v8',
  arrowIn: 'M17 7 7 17M15 17H7V9',
} as const;

export type IconName = keyof typeof paths;

/** A line drawing beside words; it carries no meaning of its own. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg className="c-icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** The bell. */
export function Mark({ size = 28 }: { size?: number }) {
  return <img src={`${import.meta.env.BASE_URL}icon.svg`} width={size} height={size} alt="" />;
}
