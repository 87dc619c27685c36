/** Two hands that gesture and the point where they meet: the mark of the studio. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 28 28" aria-hidden className="flex-none">
      <rect width="28" height="28" rx="7" fill="var(--text-1)" />
      <path
        d="M6.5 20.5 9.6 8.6 14 16.4 18.4 8.6 21.5 20.5"
        fill="none"
        stroke="var(--bg-panel)"
        strokeWidth="2.1"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
      <g fill="var(--bg-panel)">
        <circle cx="9.6" cy="8.6" r="2.5" />
        <circle cx="18.4" cy="8.6" r="2.5" />
      </g>
      <circle cx="14" cy="16.4" r="3" fill="var(--accent)" stroke="var(--text-1)" strokeWidth="1.2" />
    </svg>
  )
}
