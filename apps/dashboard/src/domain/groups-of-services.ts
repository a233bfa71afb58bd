/** The groups that the members of each service join; the storefront only writes. */
export const groupsOfServices: Readonly<Record<string, readonly string[]>> = {
  storefront: [],
  payment: ['payment'],
  inventory: ['inventory', 'inventory-stock', 'inventory-orders'],
  shipping: ['shipping'],
  email: ['email'],
  crm: ['crm'],
  database: ['database'],
  webserver: ['webserver'],
};
