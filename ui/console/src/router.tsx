/**
 * All addresses of the Console in one place. Every page is its own chunk: add a route with
 * `lazyRouteComponent`, put it into `routeTree`, and, if it belongs there, into
 * `shell/navigation.ts`.
 */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { currentAdministrator, hasNoAdministrator, session, startSignIn } from './auth/session';
import { NotFound, RouteError, RoutePending } from './components/states';
import { parseApplicationListSearch, parseLibrarySearch, parseUserListSearch } from './pages/search';

const root = createRootRoute();

const callback = createRoute({
  getParentRoute: () => root,
  path: '/callback',
  component: lazyRouteComponent(() => import('./auth/callback'), 'Callback'),
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  beforeLoad: async () => {
    // The address may have been kept from the first day.
    if (!(await hasNoAdministrator())) throw redirect({ to: '/', replace: true });
  },
  component: lazyRouteComponent(() => import('./auth/welcome'), 'Welcome'),
});

/** Everything below it is for administrators who are signed in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async () => {
    if (await session.isAuthenticated()) return { administrator: await currentAdministrator() };
    if (await hasNoAdministrator()) throw redirect({ to: '/welcome' });
    await startSignIn();
    // The browser is on its way to the sign-in page: show nothing else meanwhile.
    return new Promise<never>(() => {});
  },
  component: lazyRouteComponent(() => import('./shell/shell'), 'Shell'),
});

const index = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/get-started', replace: true });
  },
});

const getStarted = createRoute({
  getParentRoute: () => shell,
  path: '/get-started',
  component: lazyRouteComponent(() => import('./pages/get-started/get-started'), 'GetStarted'),
});

const applications = createRoute({
  getParentRoute: () => shell,
  path: '/applications',
  validateSearch: parseApplicationListSearch,
  component: lazyRouteComponent(() => import('./pages/applications/list'), 'ApplicationList'),
});

const guideLibrary = createRoute({
  getParentRoute: () => shell,
  path: '/applications/create',
  validateSearch: parseLibrarySearch,
  component: lazyRouteComponent(() => import('./pages/guides/library'), 'GuideLibrary'),
});

const application = createRoute({
  getParentRoute: () => shell,
  path: '/applications/$applicationId',
  component: lazyRouteComponent(() => import('./pages/applications/details'), 'ApplicationDetails'),
});

const applicationGuide = createRoute({
  getParentRoute: () => shell,
  path: '/applications/$applicationId/guide/$guideId',
  component: lazyRouteComponent(() => import('./pages/guides/application-guide'), 'ApplicationGuidePage'),
});

const connectors = createRoute({
  getParentRoute: () => shell,
  path: '/connectors',
  beforeLoad: () => {
    throw redirect({ to: '/connectors/$tab', params: { tab: 'social' }, replace: true });
  },
});

const connectorList = createRoute({
  getParentRoute: () => shell,
  path: '/connectors/$tab',
  component: lazyRouteComponent(() => import('./pages/connectors/list'), 'ConnectorList'),
});

const connectorSetup = createRoute({
  getParentRoute: () => shell,
  path: '/connectors/$tab/guide/$factoryId',
  component: lazyRouteComponent(() => import('./pages/connectors/setup'), 'ConnectorSetup'),
});

const connector = createRoute({
  getParentRoute: () => shell,
  path: '/connectors/$tab/$connectorId',
  component: lazyRouteComponent(() => import('./pages/connectors/details'), 'ConnectorDetails'),
});

const signInExperience = createRoute({
  getParentRoute: () => shell,
  path: '/sign-in-experience',
  beforeLoad: () => {
    throw redirect({ to: '/sign-in-experience/$tab', params: { tab: 'branding' }, replace: true });
  },
});

const signInExperienceTab = createRoute({
  getParentRoute: () => shell,
  path: '/sign-in-experience/$tab',
  component: lazyRouteComponent(() => import('./pages/sign-in-experience/page'), 'SignInExperiencePage'),
});

const users = createRoute({
  getParentRoute: () => shell,
  path: '/users',
  validateSearch: parseUserListSearch,
  component: lazyRouteComponent(() => import('./pages/users/list'), 'UserList'),
});

const user = createRoute({
  getParentRoute: () => shell,
  path: '/users/$userId',
  component: lazyRouteComponent(() => import('./pages/users/details'), 'UserDetails'),
});

const resourceGuide = createRoute({
  getParentRoute: () => shell,
  path: '/api-resources/$resourceId/guide/$guideId',
  component: lazyRouteComponent(() => import('./pages/guides/resource-guide'), 'ResourceGuidePage'),
});

/** Any other address: the frame stays, so that the reader finds the way. */
const notFound = createRoute({ getParentRoute: () => shell, path: '$', component: NotFound });

const routeTree = root.addChildren([
  callback,
  welcome,
  shell.addChildren([
    index,
    getStarted,
    applications,
    guideLibrary,
    application,
    applicationGuide,
    resourceGuide,
    connectors,
    connectorList,
    connectorSetup,
    connector,
    signInExperience,
    signInExperienceTab,
    users,
    user,
    notFound,
  ]),
]);

export const router = createRouter({
  routeTree,
  basepath: '/console',
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: RoutePending,
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NotFound,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
