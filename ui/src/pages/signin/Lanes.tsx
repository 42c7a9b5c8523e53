/** Three lanes across the page, as a quiet background. */
export function Lanes({ className }: { className: string }) {
  return (
    <svg className={className} viewBox="0 0 1440 900" preserveAspectRatio="xMidYMid slice" aria-hidden>
      <g fill="none" stroke="currentColor" strokeWidth="1.5">
        <path d="M-20 640C240 640 300 260 620 260s420 320 860 220" />
        <path
          d="M-20 760C320 780 480 520 800 560s440-180 680-160"
          strokeDasharray="2 9"
          strokeLinecap="round"
        />
        <path
          d="M-20 300C220 280 420 120 760 140s460 120 720-40"
          strokeDasharray="2 9"
          strokeLinecap="round"
        />
      </g>
      <g fill="currentColor">
        <circle cx="214" cy="530" r="5" />
        <circle cx="620" cy="260" r="7" />
        <circle cx="1010" cy="462" r="5" />
        <circle cx="1290" cy="510" r="7" />
        <circle cx="760" cy="140" r="4" />
        <circle cx="800" cy="560" r="4" />
      </g>
    </svg>
  );
}
