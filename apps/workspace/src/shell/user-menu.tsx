import type { ReactNode } from 'react';
import { Avatar } from '../components/avatar.tsx';
import { Icon } from '../components/icons.tsx';
import { Menu } from '../components/menu.tsx';
import { personOf } from '../people/person.ts';
import type { User } from '../session/session.ts';
import { setTheme, themes, useTheme, type Theme } from '../theme/theme.ts';

const themeWords: Readonly<Record<Theme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };
const themeIcons = { system: 'screen', light: 'sun', dark: 'moon' } as const;

/** Who one is, how the page looks, and the way out. */
export function UserMenu({ user, onSignOut }: { user: User; onSignOut(): void }): ReactNode {
  const chosen = useTheme();
  return (
    <Menu
      className="user-button"
      testId="me"
      button={
        <>
          <Avatar person={personOf(user.id, user.name)} isDecorative />
          <span className="user-names">
            <b className="clip">{user.name}</b>
            <span className="quiet small clip">{user.account}</span>
          </span>
          <span className="hidden">: theme and signing out</span>
          <Icon name="more" />
        </>
      }
      buttonLabel="Theme and signing out"
      isNamedByContent
      items={[
        ...themes.map((theme) => ({
          key: theme,
          icon: themeIcons[theme],
          label: themeWords[theme],
          isChosen: theme === chosen,
          run: () => setTheme(theme),
        })),
        {
          key: 'sign-out',
          icon: 'leave',
          label: 'Sign out',
          run: onSignOut,
        },
      ]}
    />
  );
}
