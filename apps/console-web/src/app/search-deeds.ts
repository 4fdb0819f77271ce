import {
  type Icon,
  IconDeviceDesktop,
  IconFileImport,
  IconKeyboard,
  IconLogout,
  IconPlus,
  IconShieldLock,
} from '@tabler/icons-react';
import { searchTexts as texts } from '../texts/search';
import { areas } from './areas';
import { goTo } from './go-to';
import { matches } from './matching';
import { signOut } from './session';

/** Something that the search offers. */
export interface Found {
  id: string;
  label: string;
  description?: string;
  icon: Icon;
  /** Its label is the name of a thing, not a sentence. */
  isMachineName?: boolean;
  onOpen: () => void;
}

export interface FoundGroup {
  label: string;
  items: readonly Found[];
}

interface Handlers {
  onShowKeys: () => void;
}

const deeds = ({ onShowKeys }: Handlers): Found[] => [
  { id: 'create', label: texts.deeds.create, icon: IconPlus, onOpen: () => goTo('/new-secret') },
  { id: 'import', label: texts.deeds.import, icon: IconFileImport, onOpen: () => goTo('/import-secrets') },
  { id: 'password', label: texts.deeds.password, icon: IconShieldLock, onOpen: () => goTo('/settings?tab=signing-in') },
  { id: 'sessions', label: texts.deeds.sessions, icon: IconDeviceDesktop, onOpen: () => goTo('/settings') },
  { id: 'keys', label: texts.deeds.keys, icon: IconKeyboard, onOpen: onShowKeys },
  { id: 'sign-out', label: texts.deeds.signOut, icon: IconLogout, onOpen: () => void signOut() },
];

const pages: Found[] = areas.map(({ path, label, icon }) => ({ id: path, label, icon, onOpen: () => goTo(path) }));

/** Pages and deeds whose words begin like those that are searched for. */
export const deedsMatching = (query: string, handlers: Handlers): FoundGroup[] => [
  { label: texts.groups.pages, items: pages.filter(({ label }) => matches(label, query)) },
  { label: texts.groups.deeds, items: deeds(handlers).filter(({ label }) => matches(label, query)) },
];
