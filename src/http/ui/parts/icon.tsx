/** Outlines of 24 x 24, drawn with the colour of the text around them (shapes after Tabler Icons, MIT). */
const PATHS = {
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  alert: [
    'M12 9v4.5',
    'M12 16.8v.1',
    'M10.4 4.3 2.7 17.6a1.9 1.9 0 0 0 1.6 2.9h15.4a1.9 1.9 0 0 0 1.6-2.9L13.6 4.3a1.9 1.9 0 0 0-3.2 0z',
  ],
  cross: ['M6.5 6.5l11 11', 'M17.5 6.5l-11 11'],
  key: [
    'M16.6 3.8l3.6 3.6a2.9 2.9 0 0 1 0 4.1l-2.7 2.6a2.9 2.9 0 0 1-4 0l-.3-.3-6.6 6.6a2 2 0 0 1-1.4.6H4a1 1 0 0 1-1-1v-1.2a2 2 0 0 1 .6-1.4l.4-.4h2v-2h2v-2l2.1-2.1-.3-.3a2.9 2.9 0 0 1 0-4.1l2.7-2.7a2.9 2.9 0 0 1 4.1 0z',
    'M15 9h.01',
  ],
  spark: ['M13 3v7h6l-8 11v-7H5l8-11'],
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** An icon that says nothing the words beside it do not say. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {PATHS[name].map((path) => (
        <path d={path} />
      ))}
    </svg>
  );
}

/** The mark of the product: a flow in both directions. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#2456d6" />
      <g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round">
        <path d="M6.5 12.5c3.2-4 6.4-4 9.5 0s6.3 4 9.5 0" />
        <path d="M6.5 20.5c3.2-4 6.4-4 9.5 0s6.3 4 9.5 0" />
      </g>
    </svg>
  );
}
