const paths = {
  document: 'M6 3h8l4 4v14H6ZM14 3v4h4',
  place: 'M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11Zm0-8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8c.8-4 3.8-6 7.5-6s6.7 2 7.5 6',
  reply: 'M9.5 6 4 11.5 9.5 17M4.5 11.5H14c3.5 0 6 2.5 6 6.5',
  list: 'M8.5 7H20M8.5 12H20M8.5 17H20M4 7h.5M4 12h.5M4 17h.5',
  open: 'M13 5h6v6M19 5l-8.5 8.5M16 14v5H5V8h5',
  phone: 'M6 4h3.5l1.5 4-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4 1.5V18c0 1.5-1 2-2 2C10.5 20 4 13.5 4 6c0-1 .5-2 2-2Z',
  copy: 'M9 9h11v11H9ZM5 15H4V4h11v1',
  image: 'M4 5h16v14H4Zm0 11 4.5-5 4 4 2.5-2.5 5 5M15.5 9.5h.01',
  video: 'M4 6h11v12H4Zm11 4.5 5-3v9l-5-3Z',
  audio: 'M12 4a2.5 2.5 0 0 0-2.5 2.5v5a2.5 2.5 0 0 0 5 0v-5A2.5 2.5 0 0 0 12 4Zm-6 7.5a6 6 0 0 0 12 0M12 17.5V21',
  basket: 'M4 8h16l-1.5 11h-13ZM8.5 8l2-4M15.5 8l-2-4',
  form: 'M5 4h14v16H5ZM8.5 8.5h7M8.5 12h7M8.5 15.5h4',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 3.5V12l3 2',
  bill: 'M6 3.5h12V21l-3-1.5L12 21l-3-1.5L6 21ZM9 8h6M9 11.5h6M9 15h3',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  forward: 'M9.5 5.5 16 12l-6.5 6.5',
  deleted: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM6.5 6.5l11 11',
  sticker: 'M5 4h14v10l-6 6H5Zm14 10h-6v6M9 10h.01M14 10h.01',
} as const;

export type IconName = keyof typeof paths;

/** A line drawing of 24 units, as large as the text. It says nothing that the words beside it do not. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="mv-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
