import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Icon } from '../components/icons.tsx';

const typingMs = 150;

interface SearchBoxProps {
  readonly label: string;
  readonly value: string;
  onChange(value: string): void;
}

/** Says what is typed once the typing has paused. */
export function SearchBox({ label, value, onChange }: SearchBoxProps): ReactNode {
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  // Changed from elsewhere: by the address, or by who clears it all.
  if (shown !== value) {
    setShown(value);
    setText(value);
  }

  function type(next: string): void {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setShown(next);
      onChange(next);
    }, typingMs);
  }

  return (
    <div className="search">
      <Icon name="search" />
      <input
        type="search"
        className="input"
        aria-label={label}
        placeholder={label}
        value={text}
        maxLength={200}
        onChange={(event) => type(event.target.value)}
      />
    </div>
  );
}
