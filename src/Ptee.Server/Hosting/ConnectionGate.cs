using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Ptee.Server.Hosting;

/// <summary>Lets in so many connections, in all and of one address, and cuts those that do not begin. Safe from any thread.</summary>
/// <remarks>Nothing is logged for one that is refused: whoever floods the port would fill the log too.</remarks>
internal sealed class ConnectionGate(ServerOptions options, TimeProvider time)
{
    private const int Network = 8; // Bytes of an IPv6 address that its owner cannot choose.
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, int> _byAddress = [];
    private int _open;

    public ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        var origin = Origin((connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None);
        if (!TryEnter(origin))
        {
            connection.Abort();
            return;
        }

        try
        {
            if (await BeginsAsync(connection.Transport.Input))
            {
                await next(connection);
            }
            else
            {
                connection.Abort();
            }
        }
        finally
        {
            Leave(origin);
        }
    };

    /// <summary>An IPv4 address, or the network of an IPv6 address.</summary>
    internal static UInt128 Origin(IPAddress address)
    {
        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        return bytes.Length == sizeof(uint)
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : new UInt128(BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(0, Network)), ulong.MaxValue);
    }

    private bool TryEnter(UInt128 origin)
    {
        lock (_gate)
        {
            var here = _byAddress.GetValueOrDefault(origin);
            if (_open >= options.MaxConnections || here >= options.MaxConnectionsPerAddress)
            {
                return false;
            }

            _open++;
            _byAddress[origin] = here + 1;
            return true;
        }
    }

    private void Leave(UInt128 origin)
    {
        lock (_gate)
        {
            _open--;
            if (--_byAddress[origin] == 0)
            {
                _byAddress.Remove(origin);
            }
        }
    }

    /// <summary>Whether the first bytes come in time. Something else than HTTP/2 begins too: Kestrel tells it what is spoken here.</summary>
    private async Task<bool> BeginsAsync(PipeReader input)
    {
        using var late = new CancellationTokenSource(options.PrefaceLimit, time);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(late.Token);
                var isDecided = read.Buffer.Length >= Preface.Length || !MayBePreface(read.Buffer);
                // What was seen stays there for Kestrel.
                input.AdvanceTo(read.Buffer.Start, isDecided ? read.Buffer.Start : read.Buffer.End);
                if (isDecided || read.IsCompleted)
                {
                    return isDecided;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return false;
        }
    }

    private static bool MayBePreface(ReadOnlySequence<byte> bytes) => Preface.AsSpan().StartsWith(bytes.ToArray());
}
