import {
  ActionIcon,
  AppShell,
  Burger,
  Button,
  Group,
  NavLink,
  ScrollArea,
  Text,
  Tooltip,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { SignIn } from '#session/sign-in.tsx';
import { useSession, useSignOut, type Session } from '#session/session.ts';
import { StopBanner } from '#stops/stop-banner.tsx';
import { StopButton } from '#stops/stop-button.tsx';
import { LiveProvider } from './live.tsx';
import { Icon, Mark, type IconName } from './icons.tsx';
import { ShortcutHelp } from './shortcut-help.tsx';
import { useShortcuts } from './shortcuts.ts';
import { Failure, Loading } from './states.tsx';

const places = [
  { to: '/messages', label: 'Messages', icon: 'messages' },
  { to: '/dead-letters', label: 'Dead letters', icon: 'deadLetters' },
  { to: '/webhooks', label: 'Webhooks', icon: 'webhooks' },
  { to: '/connections', label: 'Connections', icon: 'connections' },
] as const satisfies { to: string; label: string; icon: IconName }[];

/** What is around every page: who is signed in, where one can go, how it looks. */
export function Shell() {
  const session = useSession();
  if (session.isPending) return <Loading what="Opening the console" />;
  if (session.isError) {
    return (
      <main className="c-door">
        <Failure error={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  }
  return session.data ? <SignedIn session={session.data} /> : <SignIn />;
}

function SignedIn({ session }: { session: Session }) {
  const [isMenuOpen, menu] = useDisclosure(false);
  const [isHelpOpen, help] = useDisclosure(false);
  const { pathname } = useLocation();
  const { close: closeMenu } = menu;
  useEffect(closeMenu, [pathname, closeMenu]);
  useShortcuts({ '?': help.toggle });
  return (
    <AppShell
      header={{ height: 52, collapsed: false }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !isMenuOpen } }}
      padding={0}
    >
      <AppShell.Header className="c-header">
        <a className="c-skip" href="#content">
          Skip to the content
        </a>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger opened={isMenuOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
          <Mark size={26} />
          <Text fw={650} component="span">
            Carillon
          </Text>
          <Text c="dimmed" size="sm" truncate component="span">
            {session.workspace.name}
          </Text>
          <Group ml="auto" gap={4} wrap="nowrap">
            <StopButton />
            <ColorSwitch />
            <Tooltip label="Keyboard shortcuts (?)">
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label="Keyboard shortcuts"
                onClick={help.open}
                visibleFrom="sm"
              >
                <Icon name="keyboard" />
              </ActionIcon>
            </Tooltip>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        <AppShell.Section grow component={ScrollArea}>
          {places.map(({ to, label, icon }) => (
            <NavLink
              key={to}
              label={label}
              leftSection={<Icon name={icon} />}
              active={pathname.startsWith(to)}
              renderRoot={(props) => <Link to={to} {...props} />}
            />
          ))}
        </AppShell.Section>
        <AppShell.Section>
          <SignOut />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" className="c-main" tabIndex={-1}>
        <LiveProvider>
          <StopBanner />
          <Outlet />
        </LiveProvider>
      </AppShell.Main>
      <ShortcutHelp isOpen={isHelpOpen} onClose={help.close} />
    </AppShell>
  );
}

function SignOut() {
  const signOut = useSignOut();
  return (
    <Button
      variant="subtle"
      color="gray"
      fullWidth
      justify="flex-start"
      leftSection={<Icon name="out" />}
      loading={signOut.isPending}
      onClick={() => signOut.mutate()}
    >
      Sign out
    </Button>
  );
}

const schemes = {
  auto: { next: 'light', icon: 'auto' },
  light: { next: 'dark', icon: 'sun' },
  dark: { next: 'auto', icon: 'moon' },
} as const;

function ColorSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { next, icon } = schemes[colorScheme];
  const label = `Colours: ${colorScheme}. Change to ${next}`;
  const change = useCallback(() => setColorScheme(next), [next, setColorScheme]);
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} onClick={change}>
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  );
}
