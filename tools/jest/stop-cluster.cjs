module.exports = () => globalThis.stopTestCluster?.();
