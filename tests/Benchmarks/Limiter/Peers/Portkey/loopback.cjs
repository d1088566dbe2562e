// Loaded before the gateway, which listens on every interface and has no option for the address: here it gets loopback alone.
const net = require('node:net');
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (port, ...rest) {
  if (typeof port !== 'number') throw new Error('only a port was expected to listen on');
  return listen.call(this, { port, host: '127.0.0.1' }, rest.find(argument => typeof argument === 'function'));
};

// The gateway ends with the benchmark, also where that is killed.
process.stdin.on('end', () => process.exit(0)).resume();
