import { useCallback } from 'react';
import { useToast } from './toast.tsx';

/** Puts the address of a page of the workspace where it can be pasted from, and says so. */
export function useCopyLink(): (path: string) => void {
  const tell = useToast();
  return useCallback(
    (path) => {
      const address = new URL(path, location.origin).href;
      navigator.clipboard.writeText(address).then(
        () => tell({ text: 'The link is copied.' }),
        () => tell({ text: `The link could not be copied: ${address}`, isBad: true }),
      );
    },
    [tell],
  );
}
