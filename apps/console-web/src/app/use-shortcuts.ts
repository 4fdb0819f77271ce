import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { areas } from './areas';

interface Shortcuts {
  onSearch: () => void;
  onHelp: () => void;
}

/** Milliseconds in which the second key of two must follow. */
const SEQUENCE = 1_500;

const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/**
 * The keys that work on every page: Ctrl K or ⌘K and `/` search, `?` shows the keys, `g` with the letter of an area goes
 * there.
 */
export function useShortcuts({ onSearch, onHelp }: Shortcuts): void {
  const navigate = useNavigate();
  // A page that renders between two keys must not forget the first one.
  const goAt = useRef(0);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        return onSearch();
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.querySelector('[aria-modal="true"]'))
        return;
      const area = event.timeStamp - goAt.current < SEQUENCE ? areas.find(({ key }) => key === event.key) : undefined;
      goAt.current = event.key === 'g' ? event.timeStamp : 0;
      if (area) {
        event.preventDefault();
        void navigate({ to: area.path });
      } else if (event.key === '?') {
        event.preventDefault();
        onHelp();
      } else if (event.key === '/') {
        event.preventDefault();
        const search = document.querySelector<HTMLInputElement>('#page input[type="search"]');
        if (search) search.focus();
        else onSearch();
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [navigate, onSearch, onHelp]);
}
