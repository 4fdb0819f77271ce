import './app/components.css';
import '@mantine/notifications/styles.css';
import './app/app.css';
import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { watchActivity } from './app/activity';
import { queryClient } from './app/query-client';
import { router } from './app/router';
import { theme } from './app/theme';
import { forbidHtml, styleNonce } from './app/trusted-types';

forbidHtml();
// Where react-remove-scroll, on which modals stand, looks for the nonce of the style element that it makes.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = styleNonce();
watchActivity();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <QueryClientProvider client={queryClient}>
        <ModalsProvider>
          <Notifications position="bottom-right" />
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
