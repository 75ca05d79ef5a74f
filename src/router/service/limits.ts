/**
 * Whatever the router takes must fit both platforms, or the answer would depend on the choice:
 * Lambda takes and gives at most 6 MB when it is called synchronously (AWS docs, "Lambda quotas").
 */
export const largestRequestBytes = 6 * 1024 * 1024;

/**
 * Behind a load balancer a function takes and gives at most 1 MB (AWS docs, "Lambda functions as
 * targets for Application Load Balancers"): of the router's own Lambda form, not of its service.
 */
export const largestBalancedBytes = 1024 * 1024;
