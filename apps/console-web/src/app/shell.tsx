import { AppShell, Burger, Group, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet } from '@tanstack/react-router';
import { shellTexts as texts } from '../texts/shell';
import { areas } from './areas';
import classes from './shell.module.css';

/** The frame of every page: the areas at its side, the search and the person above it. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  return (
    <AppShell header={{ height: 48 }} navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !isOpen } }} padding={0}>
      <a className={classes.skip} href="#page">
        {texts.skip}
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={isOpen ? texts.closeNavigation : texts.openNavigation}
            />
            <Link to="/" className={classes.brand} onClick={close}>
              {texts.product}
            </Link>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navigation} aria-label={texts.navigation}>
        <ScrollArea flex={1}>
          {areas.map(({ path, label, icon: Icon }) => (
            <Link key={path} to={path} className={classes.area} activeOptions={{ exact: path === '/' }} onClick={close}>
              <Icon size={16} stroke={1.6} aria-hidden />
              {label}
            </Link>
          ))}
        </ScrollArea>
        <Text size="xs" c="dimmed" p="xs">
          {texts.version(__STRONGROOM_VERSION__)}
        </Text>
      </AppShell.Navbar>
      <AppShell.Main className={classes.main}>
        <div id="page" tabIndex={-1} className={classes.page}>
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}
